import type { Job } from '@/api/types'
import type { View } from './viewStore'

export function isVideo(job: Job): boolean {
  return job.outputs[0]?.content_type.startsWith('video/') ?? false
}

/** Ways to look at a result: a picture beside what it was made of, and anything beside another result. */
export function viewsOf(job: Job): View[] {
  return isVideo(job) || job.inputs.length === 0 ? ['result', 'versus'] : ['result', 'before', 'versus']
}

/** Results to compare this one with: what it came from first, then the newest of its kind. */
export function othersOf(job: Job, items: readonly Job[], most: number): Job[] {
  const video = isVideo(job)
  const fit = items.filter((one) => one.id !== job.id && one.outputs.length > 0 && isVideo(one) === video)
  const rank = (one: Job) =>
    one.id === job.parent_id ? 0 : one.parent_id === job.id ? 1 : one.workflow === job.workflow ? 2 : 3
  return fit
    .map((one, index) => ({ one, index, rank: rank(one) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, most)
    .map(({ one }) => one)
}
