import { Skeleton } from '@/components/ui/Skeleton'
import { jobs } from '@/text/jobs'

/** As high as the cards that come. */
export function JobSkeletons() {
  return (
    <div role="status" className="flex flex-col gap-2">
      <span className="sr-only">{jobs.loading}</span>
      <Skeleton className="h-21" />
      <Skeleton className="h-21" />
      <Skeleton className="h-21" />
    </div>
  )
}
