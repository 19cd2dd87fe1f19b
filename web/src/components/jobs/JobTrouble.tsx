import { ChevronRight } from 'lucide-react'
import { Suspense, useState } from 'react'
import { Link } from 'wouter'
import type { Job } from '@/api/types'
import { buttonClass } from '@/components/ui/Button'
import { paths } from '@/lib/go'
import { late } from '@/lib/late'
import { connected, useFleetStore } from '@/stores/fleetStore'
import { failure, jobs, unservableLine } from '@/text/jobs'
import { SmallerHint } from './SmallerHint'

const JobErrorDetails = late(() =>
  import('./JobErrorDetails').then(({ JobErrorDetails }) => ({ default: JobErrorDetails })),
)

/** What stands under a card whose job cannot run now; that nobody at all is there, the banner says for all of them. */
export function JobStuck({ job }: { job: Job }) {
  const nobody = useFleetStore((store) => store.agents !== null && connected(store.agents).length === 0)
  if (nobody) return null
  return (
    <p className="relative z-10 text-xs text-fg-2 wrap-anywhere">
      {unservableLine(job)}{' '}
      <Link href={paths.fleet} className="font-medium text-accent-text underline underline-offset-2">
        {jobs.actions.fleet}
      </Link>
    </p>
  )
}

/** What stands under a card whose job failed: what helps, one click that does it, and the raw facts. */
export function JobTrouble({ job }: { job: Job }) {
  const [open, setOpen] = useState(false)
  const code = job.error?.code
  return (
    // Above the button that covers the card.
    <div className="relative z-10 flex flex-col gap-2">
      <p className="text-xs text-fg-2 wrap-anywhere">{job.error?.hint ?? failure(job.error).hint}</p>
      <div className="flex flex-wrap items-center gap-2">
        {(code === 'out_of_memory' || code === 'result_too_large') && <SmallerHint job={job} />}
        {(code === 'no_agent' || code === 'expired') && (
          <Link href={paths.fleet} className={buttonClass('secondary', 'sm')}>
            {jobs.actions.fleet}
          </Link>
        )}
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex h-8 items-center gap-1 rounded-md px-1.5 text-xs font-medium text-fg-2 hover:text-fg coarse:h-11"
        >
          <ChevronRight size={14} aria-hidden className={open ? 'rotate-90' : ''} />
          {jobs.details.show}
        </button>
      </div>
      {open && (
        <Suspense>
          <JobErrorDetails job={job} />
        </Suspense>
      )}
    </div>
  )
}
