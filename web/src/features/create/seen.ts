import { onTransition } from '@/stores/jobStore'

const started = new Set<string>()
const ended = new Set<string>()

onTransition(({ job, from }) => {
  if (job.status === 'running') started.add(job.id)
  if (job.status === 'succeeded' && (from === 'running' || from === 'assigned')) ended.add(job.id)
})

/** Whether the job began while this page was open, so that all its pictures came here. */
export function sawBegin(id: string): boolean {
  return started.has(id)
}

/** Whether the job ended while this page was open. */
export function sawEnd(id: string): boolean {
  return ended.has(id)
}
