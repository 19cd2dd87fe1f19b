import type { Config, Field, Workflow } from '@/api/types'
import { defaultOf, presetOf } from '@/stores/defaults'
import type { Draft, DraftPicture } from '@/stores/draftStore'
import { describe as described } from '@/stores/serverStore'
import { choice } from '@/text/choices'
import { config as text } from '@/text/config'

/** Which part of offered settings is taken. */
export type Part = 'all' | 'settings' | 'pictures'

/** One line of the diff: what stands in the form, and what would. */
export interface Row {
  field: string
  label: string
  now: string | DraftPicture[]
  offered: string | DraftPicture[]
}

/** The form with the chosen part of what is offered. Pictures give way only to others, never to none. */
export function merged(now: Draft, offered: Draft, part: Part): Draft {
  return {
    values: part === 'pictures' ? now.values : offered.values,
    pictures: part === 'settings' || !hasPictures(offered) ? now.pictures : offered.pictures,
    variations: part === 'pictures' ? now.variations : offered.variations,
  }
}

function hasPictures({ pictures }: Draft): boolean {
  return Object.values(pictures).some((list) => list.length > 0)
}

/** Whether there is a choice at all. */
export function hasBoth(draft: Draft): boolean {
  return Object.keys(draft.values).length > 0 && hasPictures(draft)
}

/** What would change, in the order of the form; what stays is left out. */
export function diff(config: Config, workflow: Workflow, now: Draft, next: Draft): Row[] {
  const { fields, pictures } = described(config, workflow)
  const all = [...fields, config.priority]
  const rows: Row[] = []
  for (const slot of pictures) {
    const before = now.pictures[slot.name] ?? []
    const after = next.pictures[slot.name] ?? []
    if (before.map((one) => one.imageId).join() === after.map((one) => one.imageId).join()) continue
    rows.push({ field: slot.name, label: slot.label, now: before, offered: after })
  }
  for (const field of all) {
    const before = effective(field, now.values, all)
    const after = effective(field, next.values, all)
    if (before !== after) rows.push({ field: field.name, label: field.label, now: before, offered: after })
  }
  if (now.variations !== next.variations) {
    const [before, after] = [String(now.variations), String(next.variations)]
    rows.push({ field: 'variations', label: text.variations, now: before, offered: after })
  }
  return rows
}

/** What holds for a field, in words. */
function effective(field: Field, values: Draft['values'], all: readonly Field[]): string {
  const value = values[field.name] ?? defaultOf(field, presetOf(all, values))
  if (value !== undefined && value !== '') return choice(field.name, value)
  if (field.default_from === 'random' || field.default_from === 'picture') return text.auto[field.default_from]
  return text.empty
}
