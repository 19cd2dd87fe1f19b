import type { Config, Field, Workflow, WorkflowDescription } from '@/api/types'
import { countChars } from '@/lib/chars'
import type { Settings } from '@/lib/metadata/settings'
import { defaultOf, presetOf } from '@/stores/defaults'
import type { Draft } from '@/stores/draftStore'
import { config as text } from '@/text/config'

/** What a request or a file's metadata comes to on this server. */
export interface Reading {
  workflow: Workflow
  values: Draft['values']
  /** As they stand in the request, by field: `{image_id}`, base64 text or a data URL. */
  pictures: Record<string, unknown[]>
  warnings: string[]
}

/** What a result's metadata says beside its settings, and what a request says beside its fields. */
const NOT_SETTINGS = new Set([
  'workflow',
  'software',
  'engine',
  'notice',
  'weights_sha256',
  'motions',
  'looks',
  'edits',
  'diffsynth',
  'torch',
  'ncnn',
  'models',
  'sha256',
  'shift',
  'switch',
  'high_noise_steps',
  'scheduler',
])

/**
 * Keeps what this server knows and allows. What it does not is left out with a sentence: values are never bent into
 * others that somebody would have to notice. Answers a sentence alone when nothing can be taken.
 */
export function draftFrom(settings: Settings, server: Config): Reading | string {
  const description = server.workflows.find((one) => one.name === settings.workflow)
  if (!description) return text.refused.unknown(settings.workflow)
  const warnings = versionWarning(settings, server)
  const values: Draft['values'] = {}
  const pictures: Record<string, unknown[]> = {}
  const unknown: string[] = []
  const fields = new Map([...description.fields, server.priority].map((field) => [field.name, field]))
  const slots = new Map(description.pictures.map((field) => [field.name, field]))
  for (const [key, value] of Object.entries(settings)) {
    const field = fields.get(key)
    if (value === null || (NOT_SETTINGS.has(key) && !field)) continue
    if (slots.has(key)) {
      // A job's own parameters say of its second picture only whether there is one.
      if (typeof value !== 'boolean') pictures[key] = Array.isArray(value) ? value : [value]
    } else if (!field) {
      if (!isFactOfFile(key, settings)) unknown.push(key)
    } else {
      const problem = problemOf(field, value)
      if (problem) warnings.push(problem)
      else values[key] = value as string | number
    }
  }
  if (unknown.length > 0) warnings.push(text.left.unknownKeys(unknown))
  const size = sizeProblem(values, description)
  if (size) {
    warnings.push(size)
    delete values.width
    delete values.height
  }
  return { workflow: description.name, values: withoutDefaults(values, [...fields.values()]), pictures, warnings }
}

/** The enlarger tells which weights it ran, which nobody can choose. */
function isFactOfFile(key: string, settings: Settings): boolean {
  return key === 'model' && 'weights_sha256' in settings
}

/** A draft follows the server's defaults wherever it says nothing else. */
function withoutDefaults(values: Draft['values'], fields: readonly Field[]): Draft['values'] {
  const own = fields.filter(({ name }) => name in values)
  const preset = presetOf(fields, values)
  return Object.fromEntries(
    own
      .filter((field) => field.default_from !== undefined || values[field.name] !== defaultOf(field, preset))
      .map((field) => [field.name, values[field.name] as string | number]),
  )
}

function problemOf(field: Field, value: unknown): string | null {
  const { label } = field
  if (field.choices) {
    return field.choices.includes(value) ? null : text.left.choice(label, String(value))
  }
  if (field.type === 'text') {
    if (typeof value !== 'string') return text.left.kind(label)
    const length = countChars(value)
    return field.max_length !== undefined && length > field.max_length
      ? text.left.long(label, length, field.max_length)
      : null
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return text.left.kind(label)
  const minimum = field.minimum ?? Number.NEGATIVE_INFINITY
  const maximum = field.maximum ?? Number.POSITIVE_INFINITY
  if (value < minimum || value > maximum) {
    return text.left.range(label, String(value), String(minimum), String(maximum))
  }
  if (field.type === 'integer' && !Number.isInteger(value)) return text.left.kind(label)
  if (field.step !== undefined && (value - (field.minimum ?? 0)) % field.step !== 0) {
    return text.left.step(label, String(value), String(field.step), String(field.minimum ?? 0))
  }
  return null
}

function sizeProblem({ width, height }: Draft['values'], { size }: WorkflowDescription): string | null {
  if (!size || typeof width !== 'number' || typeof height !== 'number') return null
  const fits =
    width * height <= size.max_area &&
    [width, height].every((side) => side >= size.min_side && side <= size.max_side && side % size.multiple_of === 0)
  return fits ? null : text.left.size(width, height)
}

function versionWarning(settings: Settings, server: Config): string[] {
  const theirs = /^spool (\d+(?:\.\d+)*)/.exec(String(settings.software ?? ''))?.[1]
  return theirs && isNewer(theirs, server.version) ? [text.left.newer(theirs, server.version)] : []
}

function isNewer(a: string, b: string): boolean {
  return a.localeCompare(b, 'en', { numeric: true }) > 0
}
