import { useEffect, useRef } from 'react'
import { isTyping } from '@/lib/shortcuts'
import { useUiStore } from '@/stores/uiStore'

/** Comma and full stop go one frame back and on, as in other players; held, they go on going. */
export function useFrameKeys(step: (by: number) => void): void {
  const now = useRef(step)
  useEffect(() => {
    now.current = step
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (!useUiStore.getState().letters || document.querySelector('[role="dialog"]')) return
      if (event.key === ',') now.current(-1)
      if (event.key === '.') now.current(1)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}
