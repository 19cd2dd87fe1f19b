import type { Field } from '@/api/types'
import type { Draft } from './draftStore'

/** The preset that holds; undefined for a workflow that has none. */
export function presetOf(fields: readonly Field[], values: Draft['values']): string | undefined {
  const field = fields.find(({ name }) => name === 'preset')
  return field && (values.preset ?? (field.default as string | null) ?? undefined)?.toString()
}

/** What holds for a field when nothing was set by hand; undefined when that is nothing, or follows from elsewhere. */
export function defaultOf(field: Field, preset: string | undefined): string | number | undefined {
  const byPreset = field.defaults as Record<string, string | number> | undefined
  if (preset !== undefined && byPreset?.[preset] !== undefined) return byPreset[preset]
  return (field.default as string | number | null) ?? undefined
}
