import { create } from 'zustand'

interface CancelStore {
  /** Jobs that were asked to stop and have not answered yet: shown as if they had, until the server refuses. */
  ids: ReadonlySet<string>
  add: (ids: readonly string[]) => void
  remove: (id: string) => void
}

export const useCancelStore = create<CancelStore>()((set) => ({
  ids: new Set(),
  add: (ids) => set((store) => ({ ids: new Set([...store.ids, ...ids]) })),
  remove: (id) => set((store) => ({ ids: new Set([...store.ids].filter((one) => one !== id)) })),
}))
