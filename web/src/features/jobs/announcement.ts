import type { Transition } from '@/stores/jobStore'
import { failure, jobs, jobTitle, requeued } from '@/text/jobs'

/** The longest piece of a prompt that is read out. */
const LONGEST = 80

/**
 * The words for a change of state, null for one that says nothing new: of what was heard of for the first time, whoever
 * sent it knows already.
 */
export function announcement({ job, from }: Transition): string | null {
  if (from === null) return null
  const title = shortened(jobTitle(job))
  const words = jobs.announce
  switch (job.status) {
    case 'queued': {
      const why = from === 'running' ? requeued(job) : null
      return why === null ? null : words.again(title, why)
    }
    case 'assigned':
      return null
    case 'running':
      return words.running(title)
    case 'succeeded':
      return words.succeeded(title)
    case 'failed':
      return words.failed(title, failure(job.error).title)
    case 'canceled':
      return words.canceled(title)
  }
}

function shortened(text: string): string {
  const letters = [...text]
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : text
}
