import { isServed } from '@/lib/served'

const KEY = 'spool.reloaded'
const PAUSE_MS = 10_000

/**
 * After an upgrade the parts of the old studio are gone from the server: load the new one, once. Twice within ten seconds
 * would be a loop, so the second time the page says what failed. While the server is away nothing is loaded: the page
 * that is there would be lost for the browser's own of an error.
 */
export function reloadOnceWhenChunksAreGone(reload = () => location.reload()): void {
  addEventListener('vite:preloadError', () => {
    void isServed().then((served) => {
      if (served && isFirst()) reload()
    })
  })
}

function isFirst(): boolean {
  try {
    const last = Number(sessionStorage.getItem(KEY) ?? 0)
    if (Date.now() - last < PAUSE_MS) return false
    sessionStorage.setItem(KEY, String(Date.now()))
    return true
  } catch {
    // A browser that keeps nothing cannot tell a loop.
    return false
  }
}
