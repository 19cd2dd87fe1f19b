import { useEffect } from 'react'
import { Link } from 'wouter'
import { JobThumb } from '@/components/jobs/JobThumb'
import { paths } from '@/lib/go'
import { useJobStore } from '@/stores/jobStore'
import { percent } from '@/text/format'
import { jobs, jobTitle, phaseLine } from '@/text/jobs'

/** How high the strip is; pages leave that room at their end. */
const HEIGHT = '3rem'

/** On a phone, above the tabs: the newest job that runs. A tap shows all of them. */
export function NowRunning() {
  const job = useJobStore((store) => {
    const newest = store.running.at(-1)
    return newest === undefined ? undefined : store.byId[newest]
  })
  const shown = job !== undefined
  useEffect(() => {
    if (!shown) return
    document.documentElement.style.setProperty('--strip', HEIGHT)
    return () => void document.documentElement.style.removeProperty('--strip')
  }, [shown])
  if (!job) return null
  const fraction = job.progress && job.progress.fraction > 0 ? job.progress.fraction : null
  return (
    <aside aria-label={jobs.nowRunning} className="relative h-12 border-t bg-raised lg:hidden">
      <div aria-hidden className="absolute inset-x-0 top-0 h-0.5 bg-line">
        <div
          className={fraction === null ? 'stripes h-full' : 'h-full origin-left bg-accent'}
          style={{ transform: `scaleX(${fraction ?? 1})` }}
        />
      </div>
      <Link href={paths.jobs} className="flex h-full items-center gap-3 px-4 text-sm font-medium">
        <JobThumb job={job} className="h-8 w-12" />
        <span className="min-w-0 flex-1 truncate">{jobTitle(job)}</span>
        <span className="num shrink-0 text-accent-text">{fraction === null ? phaseLine(job) : percent(fraction)}</span>
      </Link>
    </aside>
  )
}
