import type { SizeRule, WorkflowDescription } from '@/api/types'
import { defaultOf, presetOf } from '@/stores/defaults'
import type { Draft, DraftPicture } from '@/stores/draftStore'
import { defaultSize, sizeOf } from './size'

export type Values = Record<string, string | number | undefined>

/** The first picture of the workflow's first slot: sizes follow from it. */
export function leadPicture(description: WorkflowDescription, draft: Draft): DraftPicture | undefined {
  const [lead] = description.pictures
  return lead ? draft.pictures[lead.name]?.[0] : undefined
}

/** Every field as it stands in the form: set by hand, else the preset's default, else the picture's. */
export function resolve(description: WorkflowDescription, draft: Draft): Values {
  const preset = presetOf(description.fields, draft.values)
  const values: Values = {}
  for (const field of description.fields) values[field.name] = draft.values[field.name] ?? defaultOf(field, preset)
  // The server takes both sides from the request, or both from the picture.
  if (draft.values.width === undefined && draft.values.height === undefined) {
    const picture = sizeOf(leadPicture(description, draft))
    const size = picture && defaultSize(description.name, picture, (description.size ?? null) as SizeRule | null)
    if (size) Object.assign(values, size)
  }
  return values
}

/** At a CFG scale of exactly 1 the engine computes no other branch, so a negative prompt would change nothing. */
export function ignoresNegativePrompt(values: Values): boolean {
  return values.cfg_scale === 1
}
