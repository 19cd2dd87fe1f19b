import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { Workflow } from '@/api/types'

/** A picture that the server has already; `imageId` goes into the request. */
export interface DraftPicture {
  imageId: string
  name: string
  /** Pixels as it is seen: after its EXIF orientation, which the id ends with. */
  width: number
  height: number
  /** The job whose result it is. */
  from?: string
}

/**
 * What stands in a form. `values` holds only what was set by hand; everything else follows the server's defaults (and
 * the preset, and the picture), so a draft never goes stale when those change.
 */
export interface Draft {
  values: Record<string, string | number>
  /** By the field's name, in order. */
  pictures: Record<string, DraftPicture[]>
  variations: number
}

interface DraftStore {
  drafts: Partial<Record<Workflow, Draft>>
  /** Newest first. */
  history: Partial<Record<Workflow, string[]>>
  setValue: (workflow: Workflow, field: string, value: string | number | undefined) => void
  setPictures: (workflow: Workflow, field: string, pictures: DraftPicture[]) => void
  setVariations: (workflow: Workflow, variations: number) => void
  /** Takes a whole form, from a job's settings or a file. */
  replace: (workflow: Workflow, draft: Draft) => void
  remember: (workflow: Workflow, prompt: string) => void
}

export const EMPTY_DRAFT: Draft = { values: {}, pictures: {}, variations: 1 }
/** Prompts that are remembered for each workflow. */
export const HISTORY = 100

export function draftOf(store: Pick<DraftStore, 'drafts'>, workflow: Workflow): Draft {
  return store.drafts[workflow] ?? EMPTY_DRAFT
}

export const useDraftStore = create<DraftStore>()(
  persist(
    (set) => {
      const change = (workflow: Workflow, how: (draft: Draft) => Draft) =>
        set((store) => ({ drafts: { ...store.drafts, [workflow]: how(draftOf(store, workflow)) } }))
      return {
        drafts: {},
        history: {},
        setValue: (workflow, field, value) =>
          change(workflow, (draft) => {
            const { [field]: _old, ...others } = draft.values
            return { ...draft, values: value === undefined ? others : { ...others, [field]: value } }
          }),
        setPictures: (workflow, field, pictures) =>
          change(workflow, (draft) => ({ ...draft, pictures: { ...draft.pictures, [field]: pictures } })),
        setVariations: (workflow, variations) => change(workflow, (draft) => ({ ...draft, variations })),
        replace: (workflow, draft) => change(workflow, () => draft),
        remember: (workflow, prompt) =>
          set((store) => {
            const others = (store.history[workflow] ?? []).filter((known) => known !== prompt)
            return { history: { ...store.history, [workflow]: [prompt, ...others].slice(0, HISTORY) } }
          }),
      }
    },
    { name: 'spool.drafts', version: 1 },
  ),
)
