import { useMemo } from 'react'
import type { Config, Field, Workflow, WorkflowDescription } from '@/api/types'
import { defaultOf } from '@/stores/defaults'
import { type Draft, draftOf, useDraftStore } from '@/stores/draftStore'
import { describe as descriptionOf } from '@/stores/serverStore'
import { FRESH, useFormStore } from './formStore'
import { resolve, type Values } from './resolve'
import { type Problems, problemsOf, sizeProblems } from './schemaFor'

export interface Form {
  workflow: Workflow
  description: WorkflowDescription
  limits: Config['limits']
  draft: Draft
  /** Every field as it stands: set by hand, or what follows. */
  values: Values
  /** What is wrong and may be shown. */
  problems: Problems
  field: (name: string) => Field
  number: (name: string) => number
  /** What would hold if it were not set by hand; null where it is not, or where that is the same. */
  fallback: (name: string) => string | number | null
  set: (name: string, value: string | number | undefined) => void
}

/** A workflow's form: its description, its draft, and what follows from both. */
export function useForm(config: Config, workflow: Workflow): Form {
  const description = descriptionOf(config, workflow)
  const draft = useDraftStore((store) => draftOf(store, workflow))
  const { tried, refused } = useFormStore((store) => store.forms[workflow] ?? FRESH)
  return useMemo(() => {
    const values = resolve(description, draft)
    const field = (name: string) => {
      const found = description.fields.find((one) => one.name === name)
      if (!found) throw new Error(`${workflow} has no field ${name}`)
      return found
    }
    return {
      workflow,
      description,
      limits: config.limits,
      draft,
      values,
      // What is missing is said after the first press; what cannot be made, at once.
      problems: { ...(tried ? problemsOf : sizeProblems)(description, config.limits, draft), ...refused },
      field,
      number: (name) => Number(values[name] ?? field(name).minimum ?? 0),
      fallback: (name) => {
        const own = draft.values[name]
        const usual = defaultOf(field(name), values.preset?.toString())
        return own === undefined || usual === undefined || own === usual ? null : usual
      },
      set: (name, value) => setField(workflow, name, value),
    }
  }, [config, description, draft, tried, refused, workflow])
}

/** Changes one field of the draft, and forgets what was said of it. */
export function setField(workflow: Workflow, name: string, value: string | number | undefined): void {
  useDraftStore.getState().setValue(workflow, name, value)
  useFormStore.getState().touched(workflow, name)
}
