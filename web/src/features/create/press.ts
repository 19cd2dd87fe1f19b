import { ApiError } from '@/api/client'
import type { Config, Workflow, WorkflowDescription } from '@/api/types'
import { submitJob } from '@/api/workflows'
import { randomId } from '@/lib/id'
import { draftOf, useDraftStore } from '@/stores/draftStore'
import { useJobStore } from '@/stores/jobStore'
import { describe as descriptionOf } from '@/stores/serverStore'
import { useUiStore } from '@/stores/uiStore'
import { create as words } from '@/text/create'
import { FRESH, useFormStore } from './formStore'
import { useIntake } from './intake'
import { type Problems, problemsOf } from './schemaFor'
import { type Request, requestsFor, settle } from './submit'

/** What came of a press. */
type Outcome = 'sent' | 'busy' | 'refused' | 'failed'

/** Sends the form as it stands: once, whatever is pressed meanwhile. */
export async function press(config: Config, workflow: Workflow): Promise<Outcome> {
  const form = useFormStore.getState()
  if ((form.forms[workflow] ?? FRESH).busy) return 'busy'
  const description = descriptionOf(config, workflow)
  const draft = draftOf(useDraftStore.getState(), workflow)
  const uploads = useIntake.getState().uploads.filter((upload) => upload.workflow === workflow)
  if (uploads.length > 0) {
    // Without a picture that was meant to be part of it, it would be another job.
    const unsent = uploads.find((upload) => upload.error !== null)
    form.change(workflow, { notice: unsent ? words.pictures.unsent(unsent.name) : words.pictures.stillSending })
    return 'failed'
  }
  const problems = problemsOf(description, config.limits, draft)
  if (Object.keys(problems).length > 0) {
    form.change(workflow, { tried: true, refused: {}, notice: noticeOf(problems) })
    return 'refused'
  }
  form.change(workflow, { tried: true, refused: {}, notice: null, busy: true })
  const requests = requestsFor(description, draft)
  try {
    for (const [index, request] of requests.entries()) {
      if (request.job === null) await send(workflow, request, index === 0)
    }
    settle(workflow)
    if (typeof draft.values.prompt === 'string') useDraftStore.getState().remember(workflow, draft.values.prompt)
    form.change(workflow, { tried: false })
    return 'sent'
  } catch (error) {
    return failed(config, description, requests, error)
  } finally {
    useFormStore.getState().change(workflow, { busy: false })
  }
}

/** Puts the new job where all jobs are; the first of a press is the one to look at, unless one that runs is. */
async function send(workflow: Workflow, request: Request, first: boolean): Promise<void> {
  const job = await submitJob(workflow, request.body, request.key).catch((error: unknown) => {
    if (!isOrphan(error)) throw error
    // The result it begins with is here, the job that made it was deleted: that is no reason not to go on.
    const { parent_id: _deleted, ...body } = request.body
    Object.assign(request, { body, key: randomId() })
    return submitJob(workflow, request.body, request.key)
  })
  request.job = job
  useJobStore.getState().apply(null, [job])
  if (first && !watchesRunning()) useUiStore.getState().set({ focused: job.id })
}

/** Whoever lines up the next one while a job runs goes on seeing that. */
function watchesRunning(): boolean {
  const { focused } = useUiStore.getState()
  const { byId, running } = useJobStore.getState()
  return focused !== null && byId[focused] !== undefined ? running.includes(focused) : running.length > 0
}

/** One problem is said in full where the button is, more are counted. */
function noticeOf(problems: Problems): string {
  const [first = '', ...others] = Object.values(problems)
  return others.length === 0 ? first : words.wrong.some(others.length + 1)
}

function isOrphan(error: unknown): boolean {
  return error instanceof ApiError && error.errors.length === 1 && error.errors[0]?.pointer === '/parent_id'
}

function failed(
  config: Config,
  description: WorkflowDescription,
  requests: Request[],
  error: unknown,
): 'refused' | 'failed' {
  if (!(error instanceof ApiError)) throw error
  const workflow = description.name
  const sent = requests.filter((request) => request.job !== null).length
  const some = sent > 0 ? [words.failed.some(sent, requests.length)] : []
  const change = useFormStore.getState().change
  if (error.errors.length > 0) {
    settle(workflow)
    const refused = byField(error)
    change(workflow, { refused, notice: [...some, noticeOf(refused)].join(' ') })
    return 'refused'
  }
  // What may still have reached the server, or may pass later, keeps its key.
  const later = error.unreachable || error.status >= 500 || error.status === 429
  if (!later) settle(workflow)
  change(workflow, { notice: [...some, ...reasons(config, error)].join(' ') })
  return 'failed'
}

/** The server's sentences at the fields that its pointers name; `/edit_image/1` is one of `edit_image`. */
function byField(error: ApiError): Problems {
  const problems: Problems = {}
  for (const { pointer, message, code } of error.errors) {
    const name = pointer.split('/')[1] ?? ''
    problems[name] ??= code === 'unknown_image' ? words.pictures.gone : message
  }
  return problems
}

function reasons(config: Config, error: ApiError): string[] {
  if (error.unreachable) return [words.failed.unreachable]
  const wait = error.retryAfter === null ? [] : [words.failed.retryIn(error.retryAfter)]
  if (error.code !== 'queue_full') return [words.failed.kept(error.message), ...wait]
  const { depth, limit } = useJobStore.getState().queue ?? { depth: config.limits.queue, limit: config.limits.queue }
  // Below the server's limit it is the caller's own that is reached, which the server's sentence says.
  const full = depth >= limit || error.message.startsWith(`${limit} `)
  return [full ? words.failed.full(Math.max(depth, limit), limit) : words.failed.kept(error.message), ...wait]
}
