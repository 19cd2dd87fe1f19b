import type { Agent, Job } from '@/api/types'
import { isTerminal } from '@/stores/fold'
import { moment } from '@/text/format'
import { jobs, placeInLine, requeued, seat, waitsFor, workflow } from '@/text/jobs'

/** Whether the slot that runs it has no GPU: enlarging may run on a processor. */
export function isOnProcessor(agents: Agent[] | null, job: Job): boolean {
  const agent = agents?.find((one) => one.id === job.agent?.id)
  const slot = agent?.slots.find((one) => one.index === job.agent?.slot)
  return slot !== undefined && slot.gpu === null
}

/** `Video · atlas · GPU 0` while it runs, `Video · Today 14:02` when it has ended. */
export function jobMeta(job: Job, onProcessor: boolean): string {
  const parts: string[] = [workflow[job.workflow]]
  if (job.finished_at !== null && isTerminal(job)) parts.push(moment(job.finished_at))
  else if (job.status === 'queued') {
    // Its status says why it waits once more; where in line, or whom it waits for, is said here.
    if (requeued(job) !== null) parts.push(lower(waitsFor(job) ?? placeInLine({ ...job, starts_in_ms: null }, 0)))
    if (job.priority !== 'normal') parts.push(jobs.priority(job.priority))
  } else {
    const [name, gpu] = seat(job.agent)
    if (name) parts.push(name)
    if (gpu && !onProcessor) parts.push(gpu)
  }
  return parts.join(' · ')
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
