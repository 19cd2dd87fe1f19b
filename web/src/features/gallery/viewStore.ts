import { create } from 'zustand'

/** How a result is looked at; stays while going from one to the next. */
export type View = 'result' | 'before' | 'versus'

interface ViewStore {
  view: View
  set: (view: View) => void
}

export const useViewStore = create<ViewStore>()((set) => ({
  view: 'before',
  set: (view) => set({ view }),
}))

/** What a result offers of the views, the wanted one if it does. */
export function viewIn(wanted: View, offered: readonly View[]): View {
  return offered.includes(wanted) ? wanted : 'result'
}

/** What C does: between the result and its before picture, or between it and another result. */
export function compared(view: View, offered: readonly View[]): View {
  if (view !== 'result') return 'result'
  return offered.includes('before') ? 'before' : offered.includes('versus') ? 'versus' : 'result'
}
