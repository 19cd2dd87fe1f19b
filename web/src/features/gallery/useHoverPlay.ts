import { type PointerEvent, useEffect, useRef, useState } from 'react'

const DELAY_MS = 250

/**
 * Whether what a mouse rests on plays: after a while, so that crossing the grid starts nothing, and never for those who
 * want no motion. Only one thing is under a mouse, so only one plays.
 */
export function useHoverPlay(able: boolean) {
  const [playing, setPlaying] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  function onPointerEnter(event: PointerEvent) {
    if (!able || event.pointerType !== 'mouse' || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    timer.current = setTimeout(() => setPlaying(true), DELAY_MS)
  }

  function onPointerLeave() {
    clearTimeout(timer.current)
    setPlaying(false)
  }

  return { playing, handlers: { onPointerEnter, onPointerLeave } }
}
