const KEY = 'spool.reloaded'
const PAUSE_MS = 10_000

/**
 * After an upgrade the parts of the old studio are gone from the server: load the new one, once. Twice within ten seconds
 * would be a loop, so the second time the page says what failed.
 */
export function reloadOnceWhenChunksAreGone(): void {
  addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(KEY) ?? 0)
    if (Date.now() - last < PAUSE_MS) return
    event.preventDefault()
    sessionStorage.setItem(KEY, String(Date.now()))
    location.reload()
  })
}
