import { useRef } from 'react'

/**
 * Puts the focus back to where it was when a dialog closes. Radix does so only for dialogs with a trigger of their own;
 * ours are opened by state.
 */
export function useReturnFocus() {
  const before = useRef<HTMLElement | null>(null)
  return {
    onOpenAutoFocus: (event: Event) => {
      const active = document.activeElement
      const inside = event.target instanceof Node && event.target.contains(active)
      if (active instanceof HTMLElement && !inside) before.current = active
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      before.current?.focus()
    },
  }
}
