import clsx from 'clsx'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

export interface MenuItem {
  label: string
  icon?: ReactNode
  danger?: boolean
  disabled?: boolean
  onSelect: () => void
}

interface MenuProps {
  trigger: ReactElement
  /** Null draws a line. */
  items: readonly (MenuItem | null)[]
  /** Open from the start, for one that is made when it is first wanted. */
  defaultOpen?: boolean
}

export function Menu({ trigger, items, defaultOpen = false }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen={defaultOpen}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      {/* In the page, so that whoever goes by landmarks finds it. */}
      <DropdownMenu.Portal container={document.getElementById('page')}>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="motion-pop z-50 min-w-48 rounded-lg border bg-raised p-1 shadow-pop"
        >
          {items.map((item, index) =>
            item === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else, and the items do not move
              <DropdownMenu.Separator key={index} className="my-1 h-px bg-line" />
            ) : (
              <DropdownMenu.Item
                key={item.label}
                disabled={item.disabled ?? false}
                onSelect={item.onSelect}
                className={clsx(
                  'flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm outline-none coarse:h-11',
                  'data-disabled:cursor-not-allowed data-disabled:text-fg-3 data-highlighted:bg-accent-soft',
                  item.danger ? 'text-bad' : 'text-fg',
                )}
              >
                {item.icon}
                {item.label}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
