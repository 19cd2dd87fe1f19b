import { cancelJobs, removeJobs } from '@/actions/jobs'
import type { Groups } from '@/stores/fold'
import { useJobStore } from '@/stores/jobStore'

export type GroupName = keyof Groups

/** What can be done with all of a group, by the name of its words. */
export const BULK = { running: 'cancelRunning', waiting: 'cancelWaiting', recent: 'deleteFinished' } as const

/**
 * Does it to those that were counted when it was asked for: not to ones that came since, nor to ones that are in another
 * group by now; who cancels what waits does not stop what has just begun.
 */
export function doToAll(group: GroupName, counted: readonly string[]): void {
  const still = new Set(useJobStore.getState()[group])
  const ids = counted.filter((id) => still.has(id))
  if (group === 'recent') removeJobs(ids)
  else void cancelJobs(ids)
}
