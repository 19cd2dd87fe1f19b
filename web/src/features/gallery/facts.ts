import type { Config, Field, Job } from '@/api/types'
import { choice } from '@/text/choices'
import { common } from '@/text/common'
import { bytes, duration, moment } from '@/text/format'
import { gallery } from '@/text/gallery'
import { engineNote, seat } from '@/text/jobs'

const text = gallery.parameters

export interface Fact {
  name: string
  value: string
  /** What can be copied. */
  copy?: string
}

/** Shown as the title, or in figures of their own. */
const ELSEWHERE = new Set(['prompt', 'width', 'height', 'num_frames', 'fps', 'seed', 'negative_prompt'])

/** How a result was asked for, in the order of the form. */
export function settingsOf(job: Job, config: Config | null): Fact[] {
  const described = config?.workflows.find((one) => one.name === job.workflow)?.fields ?? []
  const known = new Map(described.map((field) => [field.name, field]))
  const facts: Fact[] = [{ name: text.workflow, value: common.workflows[job.workflow] }]
  const [output] = job.outputs
  if (output) facts.push({ name: text.size, value: `${output.width} × ${output.height}` })
  if (output?.frames != null && output.fps != null) {
    facts.push({ name: text.frames, value: text.framesValue(output.frames, output.fps) })
  }
  const names = [...known.keys(), ...Object.keys(job.params).filter((name) => !known.has(name))]
  for (const name of names) {
    const value = job.params[name]
    if (ELSEWHERE.has(name) || value === null || value === undefined || typeof value === 'boolean') continue
    facts.push({ name: labelOf(known.get(name), name), value: choice(name, String(value)) })
  }
  const { seed } = job.params
  if (typeof seed === 'number') facts.push({ name: text.seed, value: String(seed), copy: String(seed) })
  if (job.priority !== 'normal') facts.push({ name: text.priority, value: choice('priority', job.priority) })
  return facts
}

function labelOf(field: Field | undefined, name: string): string {
  return field?.label ?? name
}

/** Who made it, when, and how long that took. */
export function madeOf(job: Job, onProcessor = false): Fact[] {
  const [output] = job.outputs
  const facts: Fact[] = []
  if (job.engine) facts.push({ name: text.engine, value: engineNote(job.engine) ?? job.engine })
  if (job.agent)
    facts.push({
      name: text.agent,
      value: seat(job.agent)
        .slice(0, onProcessor ? 1 : 2)
        .join(' · '),
    })
  if (job.started_at && job.finished_at) {
    const took = Date.parse(job.finished_at) - Date.parse(job.started_at)
    facts.push({ name: text.took, value: duration(took) })
  }
  if (output) facts.push({ name: text.file, value: `${kindOf(output.content_type)}, ${bytes(output.bytes)}` })
  facts.push({ name: text.created, value: moment(job.created_at) })
  if (job.expires_at) facts.push({ name: text.expires, value: moment(job.expires_at) })
  if (job.attempts > 1) facts.push({ name: text.attempts, value: String(job.attempts) })
  return facts
}

function kindOf(contentType: string): string {
  return (contentType.split('/')[1] ?? contentType).toUpperCase()
}

/** Where the time went, the phases that occurred. */
export function timingsOf(job: Job): Fact[] {
  const { timings } = job
  if (!timings) return []
  const phases = Object.keys(text.phases) as (keyof typeof text.phases)[]
  return phases.flatMap((phase) => {
    const ms = timings[phase]
    return ms == null ? [] : [{ name: text.phases[phase], value: duration(ms) }]
  })
}
