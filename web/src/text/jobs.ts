/** Every word about a job's state, in one place: cards, the stage, announcements and notifications share them. */

import { left } from '@/lib/heard'
import { inWords } from './choices'
import { common } from './common'
import { about, duration, plural, roughly, type Span } from './format'

/** What these words need to know of a job. */
export interface JobFacts {
  workflow: keyof typeof common.workflows
  status: keyof typeof statusWords
  engine: string | null
  params: { prompt?: string | null }
  inputs: readonly { width: number; height: number }[]
  progress: { phase: keyof typeof phaseWords; step: number; steps: number; eta_ms: Span | null } | null
  queue_position: number | null
  starts_in_ms: Span | null
  unservable: { agents: number; message: string } | null
  attempts: number
  failures: number
  losses: number
  bounces: number
  drains: number
  agent: { name: string; slot: number | null } | null
  error: { code: keyof typeof failureWords; message: string; hint: string | null } | null
  outputs: readonly { width: number; height: number; duration_ms: number | null }[]
  started_at: string | null
}

/** What is being made, by workflow. */
export const workflow = common.workflows

export const statusWords = {
  queued: 'Waiting',
  assigned: 'Starting',
  running: 'Running',
  succeeded: 'Done',
  failed: 'Failed',
  canceled: 'Canceled',
} as const

export const phaseWords = {
  fetch: 'Fetching the picture',
  load: 'Loading the model',
  encode_text: 'Reading the prompt',
  encode_image: 'Reading the picture',
  denoise: 'Denoising',
  denoise_high: 'Denoising',
  denoise_low: 'Denoising, fine detail',
  decode: 'Decoding',
  encode: 'Encoding the result',
  upload: 'Sending the result',
  other: 'Working',
} as const

/** Why a job failed: what happened, and what helps where the server names nothing better. */
export const failureWords = {
  bad_input: { title: 'The picture or settings cannot be used', hint: 'Try another picture or other settings.' },
  missing_weights: { title: 'The model is not on that node', hint: 'Download the model there, then retry.' },
  out_of_memory: { title: 'The GPU ran out of memory', hint: 'Use a smaller size or fewer frames.' },
  result_too_large: { title: 'The result is too large', hint: 'Use a smaller size or fewer frames.' },
  engine_error: { title: 'The engine reported an error', hint: 'Retry, or look at the details.' },
  worker_crashed: { title: 'The worker crashed', hint: 'Retry; a smaller size may help.' },
  stalled: { title: 'The worker stopped making progress', hint: 'Retry; the node may be overloaded.' },
  storage: { title: 'The node has no room for the result', hint: 'Free space on the node, then retry.' },
  server_storage: { title: 'The server has no room for the result', hint: 'Free space on the server, then retry.' },
  poison_job: { title: 'Several nodes were lost while running it', hint: 'Use a smaller size before you retry.' },
  no_agent: { title: 'No node took the job', hint: 'See on the Fleet page what the nodes say, then retry.' },
  expired: { title: 'No node could run it in time', hint: 'Connect one that can, then retry.' },
} as const

/** The states that look different; several statuses have more than one. */
export type JobLook = 'waiting' | 'stuck' | 'again' | 'starting' | 'running' | 'done' | 'failed' | 'canceled'

export function jobLook(job: Pick<JobFacts, 'status' | 'unservable' | 'losses' | 'drains' | 'failures'>): JobLook {
  switch (job.status) {
    case 'queued':
      if (job.unservable) return 'stuck'
      return job.losses + job.drains + job.failures > 0 ? 'again' : 'waiting'
    case 'assigned':
      return 'starting'
    case 'running':
      return 'running'
    case 'succeeded':
      return 'done'
    case 'failed':
      return 'failed'
    case 'canceled':
      return 'canceled'
  }
}

/** What the job is called: its prompt, or what is done with a picture of which size. */
export function jobTitle(job: Pick<JobFacts, 'workflow' | 'params' | 'inputs'>): string {
  const prompt = job.params.prompt?.trim()
  if (prompt) return prompt
  const [picture] = job.inputs
  const name = workflow[job.workflow]
  return picture ? `${name} ${size(picture)}` : name
}

/** Where it stands, in one line. */
export function jobStatusLine(job: JobFacts, now: number): string {
  switch (job.status) {
    case 'queued':
      return queuedLine(job, now)
    case 'assigned':
      return job.agent ? `Starting on ${job.agent.name}` : 'Starting'
    case 'running':
      return runningLine(job, now)
    case 'succeeded':
      return doneLine(job)
    case 'failed':
      return failure(job.error).title
    case 'canceled':
      return statusWords.canceled
  }
}

/** The words for an error; a code that only a newer server knows is an engine's error. */
export function failure(error: JobFacts['error']): { title: string; hint: string } {
  return (error && failureWords[error.code]) ?? failureWords.engine_error
}

function queuedLine(job: JobFacts, now: number): string {
  return requeued(job) ?? waitsFor(job) ?? placeInLine(job, now)
}

/** Whom it waits for while nobody could run it; null while somebody can. */
export function waitsFor({ unservable }: Pick<JobFacts, 'unservable'>): string | null {
  if (!unservable) return null
  return unservable.agents === 0 ? 'Waiting for a GPU' : 'No connected GPU can take it now'
}

/** Why nobody can run it, as a sentence. */
export function unservableLine({ unservable }: Pick<JobFacts, 'unservable'>): string {
  if (!unservable || unservable.agents === 0) return 'No connected node offers this workflow.'
  const message = inWords(unservable.message)
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}

/** Why it waits once more; null the first time. */
export function requeued(job: Pick<JobFacts, 'losses' | 'drains' | 'failures' | 'attempts'>): string | null {
  const attempt = `attempt ${job.attempts + 1}`
  if (job.losses > 0) return `Agent lost, back in line (${attempt})`
  if (job.drains > 0) return `Given back by its node, back in line (${attempt})`
  if (job.failures === 1) return `Failed once, tries again (${attempt})`
  if (job.failures > 1) return `Failed ${job.failures} times, tries again (${attempt})`
  return null
}

/** `Next in line, starts in about 1m 05s`, `Number 2 in line`. */
export function placeInLine(job: Pick<JobFacts, 'queue_position' | 'starts_in_ms'>, now: number): string {
  const { queue_position: place, starts_in_ms: start } = job
  if (place === null) return statusWords.queued
  const line = place <= 1 ? 'Next in line' : `Number ${place} in line`
  if (!start) return line
  const rest = left(start, now)
  if (rest.high > 0) return `${line}, starts in ${about(rest)}`
  // Of one further back that is hard to believe: its estimate was too short.
  return place <= 1 ? `${line}, starts any moment` : line
}

/** What the worker is doing: `Step 2 of 8`, `Loading the model`. */
export function phaseLine({ workflow: kind, progress }: Pick<JobFacts, 'workflow' | 'progress'>): string {
  if (!progress) return statusWords.running
  const step = progress.steps > 0 ? Math.min(progress.step, progress.steps) : null
  if (kind === 'upscale' && progress.phase === 'decode') {
    return step === null ? 'Enlarging' : `Part ${step} of ${progress.steps}`
  }
  if (progress.phase.startsWith('denoise') && step !== null) return `Step ${step} of ${progress.steps}`
  return phaseWords[progress.phase] ?? phaseWords.other
}

/** `about 38 s left`; null where nothing is known to estimate from. */
export function timeLeft(job: Pick<JobFacts, 'progress'>, now: number): string | null {
  const rest = restOf(job, now)
  if (!rest) return null
  return rest.high === 0 ? NEARLY : `${about(rest)} left`
}

const NEARLY = 'nearly done'

function restOf(job: Pick<JobFacts, 'progress'>, now: number): Span | null {
  return job.progress?.eta_ms ? left(job.progress.eta_ms, now) : null
}

function runningLine(job: JobFacts, now: number): string {
  const words = phaseLine(job)
  const rest = restOf(job, now)
  if (rest) return `${words} · ${rest.high === 0 ? NEARLY : `${roughly(rest)} left`}`
  // Without an estimate the time that has gone by is the sign of life.
  const since = job.started_at === null ? 0 : now - Date.parse(job.started_at)
  return since >= 1000 ? `${words} · ${duration(Math.floor(since / 1000) * 1000)} so far` : words
}

function doneLine(job: Pick<JobFacts, 'outputs'>): string {
  const [output] = job.outputs
  if (!output) return statusWords.succeeded
  const long = output.duration_ms === null ? '' : `, ${duration(output.duration_ms)}`
  return `${statusWords.succeeded} · ${size(output)}${long}`
}

function size({ width, height }: { width: number; height: number }): string {
  // One word, so that no line breaks within it.
  return `${width}\u00a0×\u00a0${height}`
}

/** `GPU 0` of `atlas`; only the name while it is not on one. */
export function seat(agent: JobFacts['agent']): string[] {
  if (!agent) return []
  return agent.slot === null ? [agent.name] : [agent.name, `GPU ${agent.slot}`]
}

/** Said wherever a result could be taken for a model's work. */
export function engineNote(engine: string | null): string | null {
  if (engine === 'preview') return 'Preview engine: no AI model ran'
  if (engine === 'scripted') return 'Test engine: no AI model ran'
  return null
}

const running = (count: number) => plural(count, 'running job')
const waiting = (count: number) => plural(count, 'waiting job')
const finished = (count: number) => plural(count, 'finished job')

/** Headings, buttons, dialogs and toasts about jobs. */
export const jobs = {
  title: 'Jobs',
  priority: (word: string) => `${word} priority`,
  groups: { running: 'Running', waiting: 'Up next', recent: 'Recent' },
  empty: 'No jobs yet. They show up here on every device.',
  noneMatch: 'No job matches this filter.',
  loading: 'Loading the jobs',
  older: 'Load older',
  olderFailed: 'Could not load older jobs',
  lastUpdate: (ago: string) => `Last update ${ago}`,
  queueFull: (depth: string, limit: string) => `Queue ${depth} of ${limit}`,
  progress: 'Progress',
  filters: {
    label: 'Which jobs',
    all: 'All',
    i2v: common.workflows.i2v,
    qwen: common.workflows.qwen,
    upscale: common.workflows.upscale,
    failed: 'Failed only',
  },

  actions: {
    open: 'Open',
    cancel: 'Cancel this job',
    retry: 'Retry',
    more: 'More actions',
    useSettings: 'Use these settings',
    runAgain: 'Run again',
    download: 'Download',
    gallery: 'Show in gallery',
    copyId: 'Copy id',
    delete: 'Delete',
    fleet: 'See the fleet',
    smaller: (width: number, height: number) => `Use ${width} × ${height}`,
    scale: (scale: number) => `Use scale ${scale}`,
    fewer: (frames: number) => `Use ${frames} frames`,
  },

  bulk: {
    menu: (group: string) => `Actions for ${group}`,
    cancelRunning: (count: number) => `Cancel ${running(count)}`,
    cancelWaiting: (count: number) => `Cancel ${waiting(count)}`,
    deleteFinished: (count: number) => `Delete ${finished(count)}`,
    ask: {
      cancelRunning: (count: number) => `Cancel ${running(count)}?`,
      cancelWaiting: (count: number) => `Cancel ${waiting(count)}?`,
      deleteFinished: (count: number) => `Delete ${finished(count)}?`,
    },
    detail: {
      cancelRunning: 'Their GPUs stop within one step. What they have computed so far is lost.',
      cancelWaiting: 'They leave the line. Jobs that run already go on.',
      deleteFinished: 'Their results and settings go with them. There is a moment to undo.',
    },
  },

  canceling: 'Canceling…',
  canceled: (count: number) => (count === 1 ? 'Job canceled' : `${count} jobs canceled`),
  cancelFailed: (count: number) => (count === 1 ? 'Could not cancel the job' : `Could not cancel ${count} jobs`),
  finishedAlready: 'It had finished already',
  queuedAgain: 'In line again',
  runFailed: 'Could not run it again',
  deleted: (count: number) => (count === 1 ? 'Job deleted' : `${count} jobs deleted`),
  deleteFailed: (count: number) => (count === 1 ? 'Could not delete the job' : `Could not delete ${count} jobs`),
  downloadFailed: 'Could not download the result',
  idCopied: 'Id copied',
  idIs: 'Copy the id from here',

  details: {
    show: 'Details',
    code: 'Code',
    message: 'Message',
    id: 'Job',
    attempts: 'Attempts',
    failures: 'Failed attempts',
    losses: 'Lost nodes',
    bounces: 'Not taken',
    drains: 'Given back',
    agent: 'Last on',
  },

  nowRunning: 'Now running',

  /** Names of what is read out. */
  news: { polite: 'News of jobs', assertive: 'Failures of jobs' },
  notification: { done: 'Done', failed: 'Failed' },
  announce: {
    again: (title: string, why: string) => `${why}: ${title}`,
    running: (title: string) => `Started: ${title}`,
    succeeded: (title: string) => `Done: ${title}`,
    failed: (title: string, why: string) => `Failed: ${title}. ${why}`,
    canceled: (title: string) => `Canceled: ${title}`,
  },

  tab: {
    progress: (percent: string, count: number) => `${percent} · ${count} running — ${common.name}`,
    running: (count: number) => `${count} running — ${common.name}`,
    succeeded: (title: string) => `Done: ${title} — ${common.name}`,
    failed: (title: string) => `Failed: ${title} — ${common.name}`,
    idle: common.name,
  },
} as const
