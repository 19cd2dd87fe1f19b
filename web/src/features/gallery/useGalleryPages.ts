import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { fetchJobs, type JobQuery } from '@/api/jobs'
import { queryKeys } from '@/api/queryKeys'
import type { Job } from '@/api/types'
import { useJobStore } from '@/stores/jobStore'
import type { Filter } from './filter'

const PAGE = 50
const FRESH_MS = 60_000
const KEPT_MS = 10 * 60_000

/**
 * Every result of a kind, newest first, page by page; what succeeds meanwhile is in it at once, unless it would move
 * under the reader's hand: then it waits until `hold` is over.
 */
export function useGalleryPages(filter: Filter, hold: boolean) {
  const base: JobQuery = { status: 'succeeded', limit: PAGE, ...(filter !== 'all' && { workflow: filter }) }
  const query = useInfiniteQuery({
    queryKey: queryKeys.gallery(base),
    queryFn: ({ pageParam, signal }) =>
      fetchJobs({ ...base, ...(pageParam !== null && { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
    // What is new comes from the socket. What was missed while nobody looked is seen when the page is opened again.
    staleTime: FRESH_MS,
    gcTime: KEPT_MS,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  useCatchUp()
  const recent = useJobStore((store) => store.recent)
  const live = useHeld(recent, hold)
  const forgotten = useJobStore((store) => store.forgotten)
  const hidden = useJobStore((store) => store.hidden)
  const pages = query.data?.pages
  const items = useMemo(() => {
    if (!pages) return []
    const { byId } = useJobStore.getState()
    const known = live.flatMap((id) => byId[id] ?? []).filter((job) => isOf(filter, job))
    const complete = pages.at(-1)?.cursor === null
    return merge(
      pages.flatMap((page) => page.items),
      known,
      complete,
    ).filter((job) => !forgotten.has(job.id) && !hidden.has(job.id))
  }, [pages, live, forgotten, hidden, filter])
  return { ...query, items }
}

/** A value as it was when it began to be held. */
function useHeld<T>(value: T, hold: boolean): T {
  const [kept, keep] = useState(value)
  if (!hold && kept !== value) keep(value)
  return hold ? kept : value
}

/** What was missed while there was no connection is looked up when it is back. */
function useCatchUp(): void {
  const queries = useQueryClient()
  useEffect(
    () =>
      useJobStore.subscribe((store, before) => {
        const back = store.link === 'live' && (before.link === 'reconnecting' || before.link === 'unreachable')
        // Of a new session nothing that was known is left.
        const reset = store.position === null && before.position !== null
        if (back || reset) void queries.invalidateQueries({ queryKey: queryKeys.galleries })
      }),
    [queries],
  )
}

function isOf(filter: Filter, job: Job): boolean {
  return job.status === 'succeeded' && (filter === 'all' || job.workflow === filter)
}

/**
 * Lays the jobs that are known live over the pages that were loaded, newest first as the server has them. What is older
 * than the last loaded page belongs to the next one, unless there is none.
 */
export function merge(loaded: readonly Job[], live: readonly Job[], complete: boolean): Job[] {
  const seen = new Set(loaded.map((job) => job.id))
  const oldest = loaded.at(-1)?.created_at
  const fresh = live.filter((job) => {
    if (seen.has(job.id)) return false
    return complete || oldest === undefined || job.created_at > oldest
  })
  if (fresh.length === 0) return [...loaded]
  return [...loaded, ...fresh].sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0))
}
