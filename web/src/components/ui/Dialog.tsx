import clsx from 'clsx'
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { common } from '@/text/common'
import { IconButton } from './IconButton'
import { useReturnFocus } from './returnFocus'

interface DialogProps {
  open: boolean
  onClose: () => void
  title: string
  description?: ReactNode
  children?: ReactNode
  /** Buttons, at the end. */
  actions?: ReactNode
  wide?: boolean
}

export function Dialog({ open, onClose, title, description, children, actions, wide }: DialogProps) {
  const focus = useReturnFocus()
  return (
    <Radix.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/60" />
        <Radix.Content
          onOpenAutoFocus={(event) => {
            focus.onOpenAutoFocus(event)
            // The first control is the one that closes: whoever has just opened it does not want that one.
            event.preventDefault()
            focusInto(event.target)
          }}
          onCloseAutoFocus={focus.onCloseAutoFocus}
          {...(description === undefined && { 'aria-describedby': undefined })}
          className={clsx(
            'motion-pop fixed top-1/2 left-1/2 z-40 flex max-h-[85dvh] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col gap-4 rounded-xl border bg-surface p-5 shadow-pop outline-none',
            wide ? 'max-w-2xl' : 'max-w-md',
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={common.close} icon={<X size={18} />} size="sm" />
            </Radix.Close>
          </div>
          {description !== undefined && (
            <Radix.Description className="text-sm text-fg-2">{description}</Radix.Description>
          )}
          {children !== undefined && <div className="pane -mx-5 min-h-0 px-5">{children}</div>}
          {actions !== undefined && <div className="flex flex-wrap justify-end gap-2">{actions}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Its own choice (`autoFocus`), else the dialog itself, which is then read out. */
function focusInto(dialog: EventTarget | null): void {
  if (dialog instanceof HTMLElement && !dialog.contains(document.activeElement)) dialog.focus()
}
