import type { Job, JobPatch } from '@/api/types'

const TERMINAL: ReadonlySet<Job['status']> = new Set(['succeeded', 'failed', 'canceled'])

/** No transition but deletion leaves these; shared/src/job/state.rs. */
export function isTerminal(job: Pick<Job, 'status'>): boolean {
  return TERMINAL.has(job.status)
}

/** What may be done with a job; the server decides (shared/src/job/transition.rs), this only hides what it would refuse. */
export const jobCan = {
  cancel: (job: Job) => !isTerminal(job),
  retry: isTerminal,
  delete: isTerminal,
  play: (job: Job) => job.status === 'succeeded' && job.outputs.length > 0,
}

/**
 * Lays what came over what is known. A lower version is late and changes nothing; the same version may carry a newer
 * position in line or estimate, which move without one, so it is taken, unless nothing differs.
 */
export function fold(known: Job | undefined, news: Job | JobPatch): Job | undefined {
  if (!known) return isWhole(news) ? news : undefined
  if (news.version < known.version) return known
  const folded = { ...known, ...news, params: whole(known, news) } as Job
  return news.version === known.version && same(known, folded) ? known : folded
}

/** A list says of the parameters only the prompt; what is known already stays. */
function whole(known: Job, news: Job | JobPatch): Job['params'] {
  return news.params ? { ...known.params, ...news.params } : known.params
}

function isWhole(news: Job | JobPatch): news is Job {
  return 'workflow' in news
}

function same(a: Job, b: Job): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Ids by group: running, then what waits in the order in which it came, then what has ended, newest first. */
export interface Groups {
  running: string[]
  waiting: string[]
  recent: string[]
}

const NONE: ReadonlySet<string> = new Set()

export function group(byId: Readonly<Record<string, Job>>, old: Groups, hidden: ReadonlySet<string> = NONE): Groups {
  const jobs = Object.values(byId).filter((job) => !hidden.has(job.id))
  const pick = (wanted: (job: Job) => boolean, before: (a: Job, b: Job) => number) =>
    jobs
      .filter(wanted)
      .sort(before)
      .map((job) => job.id)
  return {
    running: stable(
      old.running,
      pick((job) => job.status === 'running' || job.status === 'assigned', byStart),
    ),
    waiting: stable(
      old.waiting,
      pick((job) => job.status === 'queued', byPlace),
    ),
    recent: stable(old.recent, pick(isTerminal, byEnd)),
  }
}

function byStart(a: Job, b: Job): number {
  return text(a.started_at ?? a.created_at, b.started_at ?? b.created_at) || text(a.id, b.id)
}

function byPlace(a: Job, b: Job): number {
  return text(a.created_at, b.created_at) || text(a.id, b.id)
}

function byEnd(a: Job, b: Job): number {
  return text(b.finished_at ?? b.created_at, a.finished_at ?? a.created_at) || text(b.id, a.id)
}

function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The old list where nothing moved, so that whoever shows it is not drawn again. */
function stable(old: string[], fresh: string[]): string[] {
  return old.length === fresh.length && old.every((id, index) => id === fresh[index]) ? old : fresh
}
