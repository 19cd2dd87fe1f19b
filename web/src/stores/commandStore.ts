import { create } from 'zustand'

interface CommandStore {
  /** What lies over the page. */
  shown: 'menu' | 'shortcuts' | null
  open: (what: 'menu' | 'shortcuts') => void
  close: () => void
}

export const useCommandStore = create<CommandStore>()((set) => ({
  shown: null,
  open: (shown) => set({ shown }),
  close: () => set({ shown: null }),
}))
