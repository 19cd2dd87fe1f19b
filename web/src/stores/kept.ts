import { create } from 'zustand'
import { createJSONStorage, type PersistStorage } from 'zustand/middleware'

/** Whether the browser refused to keep something: its storage is full, or turned off. */
export const useKeptStore = create<{ refused: boolean; dismissed: boolean }>()(() => ({
  refused: false,
  dismissed: false,
}))

/** The browser's storage, which never throws: what cannot be kept stays in memory, and the page says so. */
export function browserStorage<T>(): PersistStorage<T> | undefined {
  return createJSONStorage<T>(() => ({
    getItem: (name) => {
      try {
        return localStorage.getItem(name)
      } catch {
        return null
      }
    },
    setItem: (name, value) => {
      try {
        localStorage.setItem(name, value)
        if (useKeptStore.getState().refused) useKeptStore.setState({ refused: false })
      } catch {
        if (!useKeptStore.getState().refused) useKeptStore.setState({ refused: true })
      }
    },
    removeItem: (name) => {
      try {
        localStorage.removeItem(name)
      } catch {
        // There is nothing to take away.
      }
    },
  }))
}

interface Kept {
  persist: { getOptions: () => { name?: string; version?: number }; rehydrate: () => Promise<void> | void }
}

/**
 * Takes over what another tab keeps, so that the next change here does not write over it. Not what another version of the
 * studio keeps: the two would write for ever.
 */
export function followOtherTabs(store: Kept): void {
  addEventListener('storage', ({ key, newValue }) => {
    const { name, version } = store.persist.getOptions()
    if (key === name && newValue !== null && versionOf(newValue) === version) void store.persist.rehydrate()
  })
}

function versionOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { version?: unknown } | null)?.version
  } catch {
    return undefined
  }
}
