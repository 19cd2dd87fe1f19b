import { create } from 'zustand'
import type { Workflow } from '@/api/types'
import type { Draft } from './draftStore'

/** Settings that someone wants to take over; nothing is overwritten before the dialog's diff was seen. */
export interface Proposal {
  workflow: Workflow
  draft: Draft
  /** Where they come from, in words: a prompt, a file's name. */
  source: string
  /** What could not be taken, a sentence each. */
  warnings: string[]
}

interface ImportStore {
  proposal: Proposal | null
  propose: (proposal: Proposal) => void
  close: () => void
}

export const useImportStore = create<ImportStore>()((set) => ({
  proposal: null,
  propose: (proposal) => set({ proposal }),
  close: () => set({ proposal: null }),
}))
