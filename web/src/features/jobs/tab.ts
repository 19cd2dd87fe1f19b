import type { Job } from '@/api/types'
import type { Ending } from '@/lib/notify'
import { useJobStore } from '@/stores/jobStore'
import { percent } from '@/text/format'
import { jobs, jobTitle } from '@/text/jobs'

/** What ended while nobody looked. */
export interface Unseen {
  ending: Ending
  job: Job
}

/** 0–1 over all that runs; null when nothing does. */
export function overallProgress(): number | null {
  const { running, byId } = useJobStore.getState()
  if (running.length === 0) return null
  const sum = running.reduce((total, id) => total + (byId[id]?.progress?.fraction ?? 0), 0)
  return sum / running.length
}

/** `42% · 2 running — Spool`, `Done: the cat turns — Spool`, `Spool`. */
export function tabTitle(unseen: Unseen | null): string {
  if (unseen) {
    return unseen.ending === 'done' ? jobs.tab.succeeded(jobTitle(unseen.job)) : jobs.tab.failed(jobTitle(unseen.job))
  }
  const progress = overallProgress()
  if (progress === null) return jobs.tab.idle
  const { running } = useJobStore.getState()
  return progress === 0 ? jobs.tab.running(running.length) : jobs.tab.progress(percent(progress), running.length)
}
