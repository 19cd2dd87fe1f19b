import * as v from 'valibot'
import type { Config, Field, SizeRule, WorkflowDescription } from '@/api/types'
import { countChars } from '@/lib/chars'
import type { Draft, DraftPicture } from '@/stores/draftStore'
import { create } from '@/text/create'
import { ignoresNegativePrompt, leadPicture, resolve, type Values } from './resolve'

/** What is wrong, by the field's name. */
export type Problems = Record<string, string>

const words = create.wrong

/** One field's schema, from the description that the server gives of it. */
function schemaOf(field: Field): v.GenericSchema {
  switch (field.type) {
    case 'text':
      return textSchema(field)
    case 'integer':
    case 'number':
      return numberSchema(field)
    case 'choice':
      return v.picklist(
        (field.choices ?? []) as (string | number)[],
        words.choice(field.label, (field.choices ?? []).join(', ')),
      )
    case 'picture':
      return pictureSchema(field)
    default:
      // A newer server's field: the server checks it.
      return v.unknown()
  }
}

function textSchema({ label, name, min_length: least = 0, max_length: most = Number.POSITIVE_INFINITY }: Field) {
  const missing = name === 'prompt' ? words.prompt : words.required(label)
  return v.pipe(
    v.string(missing),
    v.check((text) => countChars(text) >= least, least <= 1 ? missing : words.short(label, least)),
    v.check(
      (text) => countChars(text) <= most,
      (issue) => words.long(label, most, countChars(String(issue.input))),
    ),
  )
}

function numberSchema({ label, type, minimum, maximum, step }: Field) {
  const low = minimum ?? Number.NEGATIVE_INFINITY
  const high = maximum ?? Number.POSITIVE_INFINITY
  const outside = (issue: { input: unknown }) => words.range(label, low, high, Number(issue.input))
  const number = v.pipe(
    v.number(words.number(label)),
    v.finite(words.number(label)),
    v.minValue(low, outside),
    v.maxValue(high, outside),
  )
  if (type !== 'integer') return number
  const unit = step ?? 1
  return v.pipe(
    number,
    v.integer(words.whole(label)),
    v.check(
      (value) => (value - low) % unit === 0,
      (issue) =>
        low % unit === 0
          ? words.multiple(label, unit, Number(issue.input))
          : words.step(label, low, unit, Number(issue.input)),
    ),
  )
}

function pictureSchema({ label, min_items: least = 0, max_items: most = 1 }: Field) {
  const few = most > 1 ? words.picturesFirst : words.pictureFirst
  return v.pipe(v.array(v.unknown(), few), v.minLength(least, few), v.maxLength(most, words.items(label, most)))
}

/** The limits of a whole form, made at run time: the server's are the only ones. */
export function schemaFor(description: WorkflowDescription) {
  const entries: Record<string, v.GenericSchema> = {}
  for (const field of [...description.pictures, ...description.fields]) {
    const schema = schemaOf(field)
    entries[field.name] = field.required ? schema : v.optional(schema)
  }
  return v.object(entries)
}

/** Everything that the server would refuse of this draft, first problem of each field. */
export function problemsOf(description: WorkflowDescription, limits: Config['limits'], draft: Draft): Problems {
  const values = resolve(description, draft)
  const input: Record<string, unknown> = {}
  for (const { name } of description.pictures) input[name] = draft.pictures[name] ?? []
  for (const { name } of description.fields) input[name] = values[name]
  const checked = v.safeParse(schemaFor(description), input)
  const problems: Problems = {}
  for (const issue of checked.issues ?? []) {
    const name = String(issue.path?.[0]?.key)
    problems[name] ??= issue.message
  }
  if (ignoresNegativePrompt(values)) delete problems.negative_prompt
  return { ...sizeProblems(description, limits, draft), ...problems }
}

/** What can be no result, whatever else is still missing. */
export function sizeProblems(description: WorkflowDescription, limits: Config['limits'], draft: Draft): Problems {
  const values = resolve(description, draft)
  return { ...sizeProblem(description.size ?? null, values), ...scaleProblem(description, limits, draft) }
}

function sizeProblem(rule: SizeRule | null, { width, height }: Values): Problems {
  if (rule === null || (width === undefined && height === undefined)) return {}
  if (typeof width !== 'number' || typeof height !== 'number') return { width: words.half }
  return width * height > rule.max_area ? { width: words.area({ width, height }, rule.max_area) } : {}
}

/** An enlarged picture may be sent in again, so it has a picture's limits. */
function scaleProblem(description: WorkflowDescription, limits: Config['limits'], draft: Draft): Problems {
  const factor = resolve(description, draft).scale
  const picture: DraftPicture | undefined = leadPicture(description, draft)
  if (typeof factor !== 'number' || !picture) return {}
  const size = { width: picture.width * factor, height: picture.height * factor }
  const { max_side: side, max_pixels: all } = limits.picture
  const fits = Math.max(size.width, size.height) <= side && size.width * size.height <= all
  return fits ? {} : { scale: words.scale(factor, size, side, all) }
}
