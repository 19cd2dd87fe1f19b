import { useQuery } from '@tanstack/react-query'
import { fetchJob } from '@/api/jobs'
import { queryKeys } from '@/api/queryKeys'
import type { Job, Workflow } from '@/api/types'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'

/** The job to look at: the chosen one, else the newest that runs, else the newest that ended, else one that waits. */
export function useStageId(): string | null {
  const focused = useUiStore((store) => store.focused)
  return useJobStore(({ byId, running, recent, waiting }) => {
    if (focused !== null && byId[focused]) return focused
    return running.at(-1) ?? recent[0] ?? waiting.at(-1) ?? null
  })
}

/** All parameters of a job: lists bring only the prompt. */
export function useParams(job: Job): Job['params'] {
  const known = 'seed' in job.params
  const { data } = useQuery({
    queryKey: queryKeys.job(job.id),
    queryFn: ({ signal }) => fetchJob(job.id, signal),
    enabled: !known,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return known ? job.params : { ...data?.params, ...job.params }
}

/** The seed of the job on the stage, where it is of this workflow. */
export function useStageSeed(workflow: Workflow): number | null {
  const id = useStageId()
  const known = useJobStore((store) => (id === null ? undefined : store.byId[id]))
  const { data } = useQuery({
    queryKey: queryKeys.job(id ?? ''),
    queryFn: ({ signal }) => fetchJob(id ?? '', signal),
    enabled: false,
  })
  const seed = known?.params.seed ?? data?.params.seed
  return known?.workflow === workflow && typeof seed === 'number' ? seed : null
}
