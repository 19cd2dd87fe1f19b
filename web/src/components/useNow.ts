import { useSyncExternalStore } from 'react'

const BEAT_MS = 1000

const listeners = new Set<() => void>()
let beat: ReturnType<typeof setInterval> | undefined
let now = Date.now()

/** One clock for whoever counts seconds; it stands while nobody looks. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (listeners.size === 1) {
    document.addEventListener('visibilitychange', follow)
    follow()
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    document.removeEventListener('visibilitychange', follow)
    stop()
  }
}

function stop(): void {
  clearInterval(beat)
  beat = undefined
}

function follow(): void {
  stop()
  if (document.visibilityState === 'hidden') return
  tick()
  beat = setInterval(tick, BEAT_MS)
}

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

const nothing = () => () => {}

/** The time, again every `grainMs` while `ticks`; else that of the last drawing. */
export function useNow(ticks = true, grainMs = BEAT_MS): number {
  useSyncExternalStore(ticks ? subscribe : nothing, () => (ticks ? Math.floor(now / grainMs) : 0))
  return Date.now()
}
