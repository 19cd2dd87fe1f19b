import { useEffect } from 'react'
import { fetchJobs } from '@/api/jobs'
import { useJobStore } from '@/stores/jobStore'

const EVERY_MS = 4000
/** The most that the server puts on a page. */
const MOST = 100

/**
 * Places in line move without a change of the job, so the server does not tell of them: asked for while jobs wait and
 * somebody looks. Without a socket the jobs are asked for anyway.
 */
export function useQueuePositions(): void {
  const wanted = useJobStore((store) => store.waiting.length > 0 && store.link === 'live')
  useEffect(() => {
    if (!wanted) return
    const abort = new AbortController()
    let asking = false
    const timer = setInterval(() => {
      // An older answer must not come after a newer one: places have no version that would tell.
      if (asking || document.visibilityState === 'hidden') return
      asking = true
      fetchJobs({ status: 'queued', limit: MOST }, abort.signal)
        .then(
          (page) => abort.signal.aborted || useJobStore.getState().setJobs(page),
          // The next one may fare better, and the link says when the server is gone.
          () => {},
        )
        .finally(() => {
          asking = false
        })
    }, EVERY_MS)
    return () => {
      clearInterval(timer)
      abort.abort()
    }
  }, [wanted])
}
