import { useSyncExternalStore } from 'react'

/** Whether a media query holds, now and when it changes. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query)
      list.addEventListener('change', changed)
      return () => list.removeEventListener('change', changed)
    },
    () => matchMedia(query).matches,
  )
}

/** Two panes beside each other. */
export const WIDE = '(min-width: 1280px)'
/** The frame has the window's height and its panes scroll; below, the page does. */
export const FRAMED = '(min-width: 1024px)'
