import { useEffect, useLayoutEffect, useRef } from 'react'

/** On a phone the window scrolls: a page begins at its top, unless the browser goes back to where it was. */
export function useTop(location: string): void {
  const page = location.split('/')[1]
  const shown = useRef(page)
  const returns = useRef(false)
  useEffect(() => {
    const back = () => {
      returns.current = true
    }
    // Before the router hears of it, which draws the page.
    addEventListener('popstate', back, { capture: true })
    return () => removeEventListener('popstate', back, { capture: true })
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a way back within a page is one, too
  useLayoutEffect(() => {
    if (page !== shown.current && !returns.current) scrollTo(0, 0)
    shown.current = page
    returns.current = false
  }, [location])
}
