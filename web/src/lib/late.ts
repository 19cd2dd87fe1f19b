import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import { isServed } from './served'

const PAUSE_MS = 2000

/**
 * Loads a part of the studio, and waits for a server that is away: a menu that is first opened while it restarts comes a
 * little later, instead of an error in place of the page. Fails where the server is there and has no such part.
 */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load()
    } catch (error) {
      if (await isServed()) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

/** React's `lazy`, with that patience. */
// biome-ignore lint/suspicious/noExplicitAny: as React's own, which takes components of whatever props
export function late<T extends ComponentType<any>>(load: () => Promise<{ default: T }>): LazyExoticComponent<T> {
  return lazy(() => patiently(load))
}
