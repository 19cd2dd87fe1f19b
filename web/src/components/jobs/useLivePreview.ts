import { type RefObject, useEffect, useSyncExternalStore } from 'react'
import { previews, watch } from '@/stores/live'
import { useUiStore } from '@/stores/uiStore'

/**
 * The newest picture of a job's work while `place` is on the screen, null when none came or none is wanted. The server
 * sends those of the jobs that are seen.
 */
export function useLivePreview(id: string, running: boolean, place: RefObject<Element | null>): string | null {
  const wanted = useUiStore(
    (store) => running && (store.previews === 'all' || (store.previews === 'focused' && store.focused === id)),
  )
  const url = useSyncExternalStore(
    (listener) => previews.subscribe(id, listener),
    () => (wanted ? previews.of(id) : null),
  )
  useEffect(() => {
    const element = place.current
    if (!wanted || !element) return
    let hide: (() => void) | null = null
    const seen = (visible: boolean) => {
      if (visible) hide ??= watch.show(id)
      else {
        hide?.()
        hide = null
      }
    }
    const observer =
      'IntersectionObserver' in window
        ? new IntersectionObserver((entries) => seen(entries.at(-1)?.isIntersecting === true))
        : null
    if (observer) observer.observe(element)
    else seen(true)
    return () => {
      observer?.disconnect()
      seen(false)
    }
  }, [id, wanted, place])
  return url
}
