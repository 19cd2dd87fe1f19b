import { useQuery } from '@tanstack/react-query'
import { WandSparkles } from 'lucide-react'
import { proposeConfig } from '@/actions/settings'
import { fetchConfig } from '@/api/jobs'
import { queryKeys } from '@/api/queryKeys'
import type { Job } from '@/api/types'
import { Button } from '@/components/ui/Button'
import { jobs, jobTitle } from '@/text/jobs'
import { type Smaller, smaller } from './smaller'

/** One click offers the job's settings with less to compute; nothing where there is nothing less. */
export function SmallerHint({ job }: { job: Job }) {
  // A list does not say of which size a job was; a job's settings never change.
  const { data } = useQuery({
    queryKey: queryKeys.jobConfig(job.id),
    queryFn: ({ signal }) => fetchConfig(job.id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const less = data ? smaller(data) : null
  if (!less) return null
  return (
    <Button size="sm" onClick={() => void proposeConfig(less.config, jobTitle(job))}>
      <WandSparkles size={14} aria-hidden />
      {words(less.change)}
    </Button>
  )
}

function words(change: Smaller['change']): string {
  if ('size' in change) return jobs.actions.smaller(change.size.width, change.size.height)
  return 'frames' in change ? jobs.actions.fewer(change.frames) : jobs.actions.scale(change.scale)
}
