import { Dialog } from 'radix-ui'
import { useRef } from 'react'
import { useReturnFocus } from '@/components/ui/returnFocus'
import { useCommandStore } from '@/stores/commandStore'
import { command } from '@/text/command'
import { MenuBody } from './MenuBody'

/** The command menu: near the top, so that it stays where it is while the list gets shorter. */
export default function MenuDialog() {
  const close = useCommandStore((store) => store.close)
  const focus = useReturnFocus()
  const chosen = useRef<(() => void) | null>(null)
  return (
    <Dialog.Root open onOpenChange={(open) => open || close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focus.onOpenAutoFocus}
          onCloseAutoFocus={(event) => {
            focus.onCloseAutoFocus(event)
            // Only now: what is chosen may put the focus somewhere else.
            chosen.current?.()
          }}
          className="motion-pop fixed top-4 left-1/2 z-40 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-xl border bg-surface shadow-pop sm:top-[12dvh] sm:max-h-[70dvh]"
        >
          <Dialog.Title className="sr-only">{command.title}</Dialog.Title>
          <MenuBody
            onChoose={(run) => {
              chosen.current = run
              close()
            }}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
