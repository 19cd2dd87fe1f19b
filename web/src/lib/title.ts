const BEAT_MS = 1000

/** Keeps the tab's title at what `say` answers, looked at once a second; the answer stops it. */
export function keepTitle(say: () => string): { refresh: () => void; stop: () => void } {
  const before = document.title
  const refresh = () => {
    const title = say()
    if (document.title !== title) document.title = title
  }
  refresh()
  const beat = setInterval(refresh, BEAT_MS)
  return {
    refresh,
    stop: () => {
      clearInterval(beat)
      document.title = before
    },
  }
}
