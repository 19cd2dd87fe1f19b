import { create as createStore } from 'zustand'
import type { Workflow } from '@/api/types'
import type { Problems } from './schemaFor'

/** What a form knows beside its draft. Outlives the page, as uploads and drafts do. */
interface FormState {
  /** It was sent once with mistakes: from then on they are shown as they are made and mended. */
  tried: boolean
  /** What the server refused, until the field is changed. */
  refused: Problems
  /** Why nothing came of the last press. */
  notice: string | null
  busy: boolean
}

export const FRESH: FormState = { tried: false, refused: {}, notice: null, busy: false }

interface FormStore {
  forms: Partial<Record<Workflow, FormState>>
  change: (workflow: Workflow, what: Partial<FormState>) => void
  /** The field was changed: what was said of it is no longer so. */
  touched: (workflow: Workflow, field: string) => void
}

export const useFormStore = createStore<FormStore>()((set, get) => ({
  forms: {},
  change: (workflow, what) =>
    set(({ forms }) => ({ forms: { ...forms, [workflow]: { ...(forms[workflow] ?? FRESH), ...what } } })),
  touched: (workflow, field) => {
    const { refused, notice } = get().forms[workflow] ?? FRESH
    if (refused[field] === undefined && notice === null) return
    const { [field]: _gone, ...others } = refused
    get().change(workflow, { refused: others, notice: null })
  },
}))
