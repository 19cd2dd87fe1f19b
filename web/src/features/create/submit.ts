import type { Job, Workflow, WorkflowDescription } from '@/api/types'
import { randomId } from '@/lib/id'
import type { Draft } from '@/stores/draftStore'
import { ignoresNegativePrompt, resolve } from './resolve'

type Body = Record<string, unknown>

/** One job of a press, with the key under which the server knows it again. */
export interface Request {
  body: Body
  key: string
  /** What came of it. */
  job: Job | null
}

/** The seeds of some jobs: from the chosen one on, wrapping at the limit; undefined where the server draws one. */
export function seedsFor(chosen: number | undefined, jobs: number, maximum: number): (number | undefined)[] {
  return Array.from({ length: jobs }, (_, index) =>
    chosen === undefined ? undefined : (chosen + index) % (maximum + 1),
  )
}

/** The job that all pictures are results of, if there is one. */
function parentOf(draft: Draft): string | undefined {
  const origins = new Set(Object.values(draft.pictures).flatMap((pictures) => pictures.map((picture) => picture.from)))
  const [only] = origins
  return origins.size === 1 ? only : undefined
}

/** What is sent: what was set by hand, the pictures, and for each variation a seed. All else the server knows. */
export function bodiesFor(description: WorkflowDescription, draft: Draft): Body[] {
  const known = new Set([...description.fields.map((field) => field.name), 'priority'])
  const shared: Body = Object.fromEntries(Object.entries(draft.values).filter(([name]) => known.has(name)))
  if (shared.negative_prompt === '' || ignoresNegativePrompt(resolve(description, draft))) delete shared.negative_prompt
  delete shared.seed
  for (const field of description.pictures) {
    const pictures = (draft.pictures[field.name] ?? []).map(({ imageId }) => ({ image_id: imageId }))
    if (pictures.length > 0) shared[field.name] = (field.max_items ?? 1) > 1 ? pictures : pictures[0]
  }
  const parent = parentOf(draft)
  if (parent !== undefined) shared.parent_id = parent
  const chosen = draft.values.seed
  const maximum = description.fields.find((field) => field.name === 'seed')?.maximum ?? 0
  return seedsFor(typeof chosen === 'number' ? chosen : undefined, draft.variations, maximum).map((seed) =>
    seed === undefined ? shared : { ...shared, seed },
  )
}

interface Press {
  draft: string
  requests: Request[]
}

const unanswered = new Map<Workflow, Press>()

/**
 * The requests of a press of the button. A press that got no answer may have reached the server all the same, so the next
 * one with the same draft sends the same keys, and the server makes no job twice.
 */
export function requestsFor(description: WorkflowDescription, draft: Draft): Request[] {
  const text = JSON.stringify(draft)
  const last = unanswered.get(description.name)
  if (last?.draft === text) return last.requests
  const requests = bodiesFor(description, draft).map((body) => ({ body, key: randomId(), job: null }))
  unanswered.set(description.name, { draft: text, requests })
  return requests
}

/** The press is over: answered, or refused for good. */
export function settle(workflow: Workflow): void {
  unanswered.delete(workflow)
}
