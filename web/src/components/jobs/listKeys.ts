import type { KeyboardEvent } from 'react'

const STEPS: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }

/** Arrows, and J and K, go from card to card while one of them, or something in it, has the focus. */
export function moveInList(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key]
  const at = event.target
  if (step === undefined || !(at instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return
  const cards = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-open]')]
  const here = cards.findIndex((card) => card.closest('li')?.contains(at))
  const next = cards[here + step]
  if (here < 0 || !next) return
  event.preventDefault()
  next.focus()
}
