import * as v from 'valibot'
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { Workflow } from '@/api/types'
import { browserStorage, followOtherTabs } from './kept'

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

interface Forms {
  drafts: Partial<Record<Workflow, Draft>>
  /** Newest first. */
  history: Partial<Record<Workflow, string[]>>
}

interface DraftStore extends Forms {
  setValue: (workflow: Workflow, field: string, value: string | number | undefined) => void
  setPictures: (workflow: Workflow, field: string, pictures: DraftPicture[]) => void
  setVariations: (workflow: Workflow, variations: number) => void
  /** Takes a whole form, from a job's settings or a file. */
  replace: (workflow: Workflow, draft: Draft) => void
  remember: (workflow: Workflow, prompt: string) => void
}

export const EMPTY_DRAFT: Draft = { values: {}, pictures: {}, variations: 1 }
/** Prompts that are remembered for each workflow. */
const HISTORY = 100

export function draftOf(store: Pick<DraftStore, 'drafts'>, workflow: Workflow): Draft {
  return store.drafts[workflow] ?? EMPTY_DRAFT
}

const WORKFLOWS: readonly Workflow[] = ['i2v', 'qwen', 'upscale']

const picture = v.looseObject({ imageId: v.string(), name: v.string(), width: v.number(), height: v.number() })
const draft = v.object({
  values: v.fallback(v.record(v.string(), v.union([v.string(), v.number()])), {}),
  pictures: v.fallback(v.record(v.string(), v.array(picture)), {}),
  variations: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
const prompts = v.array(v.string())
const record = v.fallback(v.record(v.string(), v.unknown()), {})

/** What can be made of what a browser kept: another version may have written it, or something broke it. */
function formsIn(value: unknown): Forms {
  const kept = v.parse(record, value)
  const [drafts, history] = [v.parse(record, kept.drafts), v.parse(record, kept.history)]
  const forms: Forms = { drafts: {}, history: {} }
  for (const workflow of WORKFLOWS) {
    const form = v.safeParse(draft, drafts[workflow])
    if (form.success) forms.drafts[workflow] = form.output as Draft
    const sent = v.safeParse(prompts, history[workflow])
    if (sent.success) forms.history[workflow] = sent.output
  }
  return forms
}

/** Forms that were changed in this tab: another one's of the same workflow does not take their place here. */
const own = new Set<Workflow>()

export const useDraftStore = create<DraftStore>()(
  persist(
    (set) => {
      const change = (workflow: Workflow, how: (draft: Draft) => Draft) => {
        own.add(workflow)
        set((store) => ({ drafts: { ...store.drafts, [workflow]: how(draftOf(store, workflow)) } }))
      }
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
    {
      name: 'spool.drafts',
      version: 1,
      storage: browserStorage<Forms>(),
      partialize: ({ drafts, history }) => ({ drafts, history }),
      // Read by its parts, whichever version wrote it: what is understood stays.
      migrate: (kept) => kept as Forms,
      merge: (kept, current) => {
        const { drafts, history } = formsIn(kept)
        for (const workflow of own) {
          delete drafts[workflow]
          const mine = current.drafts[workflow]
          if (mine) drafts[workflow] = mine
        }
        return { ...current, drafts, history }
      },
    },
  ),
)
followOtherTabs(useDraftStore)
