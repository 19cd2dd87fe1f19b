import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { ApiError } from '@/api/client'
import { fetchJob } from '@/api/jobs'
import { queryKeys } from '@/api/queryKeys'
import type { Job } from '@/api/types'
import { useJobStore } from '@/stores/jobStore'

/** Generations that are looked up. */
const MOST = 12

interface Ancestors {
  /** The oldest first. */
  jobs: Job[]
  /** The chain goes on to one that was deleted. */
  gone: boolean
}

/** Where a result comes from, parent by parent. */
export function useAncestors(job: Job) {
  return useQuery({
    queryKey: queryKeys.lineage(job.id),
    queryFn: ({ signal }) => climb(job, signal),
    enabled: job.parent_id !== null,
    staleTime: 60_000,
  })
}

async function climb(job: Job, signal: AbortSignal): Promise<Ancestors> {
  const jobs: Job[] = []
  const seen = new Set([job.id])
  let id = job.parent_id
  while (id !== null && jobs.length < MOST && !seen.has(id)) {
    seen.add(id)
    const parent = await parentOf(id, signal)
    if (!parent) return { jobs, gone: true }
    jobs.unshift(parent)
    id = parent.parent_id
  }
  return { jobs, gone: false }
}

async function parentOf(id: string, signal: AbortSignal): Promise<Job | null> {
  try {
    return await fetchJob(id, signal)
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 410)) return null
    throw error
  }
}

/** What was made from a result, as far as its jobs are known here. */
export function useChildren(job: Job, items: readonly Job[]): Job[] {
  const recent = useJobStore((store) => store.recent)
  return useMemo(() => {
    const { byId, hidden, forgotten } = useJobStore.getState()
    const known = new Map([...items, ...recent.flatMap((id) => byId[id] ?? [])].map((one) => [one.id, one]))
    return [...known.values()]
      .filter((one) => one.parent_id === job.id && one.status === 'succeeded')
      .filter((one) => !hidden.has(one.id) && !forgotten.has(one.id))
      .sort((a, b) => (a.created_at < b.created_at ? -1 : 1))
  }, [job.id, items, recent])
}
