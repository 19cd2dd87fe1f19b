import clsx from 'clsx'
import { Download, RotateCcw, X } from 'lucide-react'
import { memo } from 'react'
import { cancelJobs, downloadOutput, runAgain } from '@/actions/jobs'
import type { Job } from '@/api/types'
import { IconButton } from '@/components/ui/IconButton'
import { useCancelStore } from '@/stores/cancelStore'
import { useFleetStore } from '@/stores/fleetStore'
import { jobCan } from '@/stores/fold'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { engineNote, jobLook, jobs, jobTitle } from '@/text/jobs'
import { JobMenu } from './JobMenu'
import { JobStatus } from './JobStatus'
import { JobThumb } from './JobThumb'
import { JobStuck, JobTrouble } from './JobTrouble'
import { isOnProcessor, jobMeta } from './jobMeta'

interface JobCardProps {
  id: string
  onOpen: (job: Job) => void
}

/** One job in a list. It is drawn again only when that job changes. */
export const JobCard = memo(function JobCard({ id, onOpen }: JobCardProps) {
  const job = useJobStore((store) => store.byId[id])
  const focused = useUiStore((store) => store.focused === id)
  const canceling = useCancelStore((store) => store.ids.has(id))
  const onProcessor = useFleetStore((store) => job !== undefined && isOnProcessor(store.agents, job))
  if (!job) return null
  const title = jobTitle(job)
  const look = jobLook(job)
  const note = job.status === 'queued' ? null : engineNote(job.engine)
  return (
    <li
      className={clsx(
        'relative flex flex-col gap-2 overflow-hidden rounded-lg border bg-surface p-2 [contain-intrinsic-size:auto_5.25rem] [content-visibility:auto]',
        'has-[[data-open]:focus-visible]:outline-2 has-[[data-open]:focus-visible]:outline-accent-text',
        focused ? 'border-accent-text' : 'border-line hover:border-line-strong',
      )}
    >
      <div className="flex gap-2.5">
        <JobThumb job={job} badge={!canceling} className="h-16 w-20 sm:w-24" />
        <div className="flex min-w-0 flex-1 flex-col gap-0.5">
          <button
            type="button"
            data-open
            aria-current={focused ? 'true' : undefined}
            onClick={() => onOpen(job)}
            // It covers the card; what else can be pressed lies above it.
            className="line-clamp-2 text-left text-sm font-medium outline-none wrap-anywhere after:absolute after:inset-0"
          >
            {title}
          </button>
          <JobStatus job={job} canceling={canceling} />
          <p className="num truncate text-xs text-fg-2">{jobMeta(job, onProcessor)}</p>
          {note !== null && <p className="text-2xs text-warn">{note}</p>}
        </div>
        <div className="relative z-10 flex flex-col self-start">
          {!canceling && <MainAction job={job} title={title} />}
          <JobMenu job={job} title={title} />
        </div>
      </div>
      {look === 'failed' && <JobTrouble job={job} />}
      {look === 'stuck' && !canceling && <JobStuck job={job} />}
      {job.status === 'running' && !canceling && <Bar job={job} title={title} />}
    </li>
  )
})

/** The one thing that is wanted most: stop it, keep its result, or try again. */
function MainAction({ job, title }: { job: Job; title: string }) {
  const [output] = job.outputs
  if (jobCan.cancel(job)) {
    return (
      <IconButton
        size="sm"
        label={jobs.actions.cancel}
        aria-description={title}
        icon={<X size={18} />}
        onClick={() => void cancelJobs([job.id])}
      />
    )
  }
  if (output && jobCan.play(job)) {
    return (
      <IconButton
        size="sm"
        label={jobs.actions.download}
        aria-description={title}
        icon={<Download size={18} />}
        onClick={() => downloadOutput(job, output)}
      />
    )
  }
  return (
    <IconButton
      size="sm"
      label={jobs.actions.retry}
      aria-description={title}
      icon={<RotateCcw size={18} />}
      onClick={() => void runAgain(job.id)}
    />
  )
}

/** At the foot of the card; stripes while nothing is known of how far it is. */
function Bar({ job, title }: { job: Job; title: string }) {
  const fraction = job.progress && job.progress.fraction > 0 ? job.progress.fraction : null
  return (
    <div
      role="progressbar"
      aria-label={`${jobs.progress}: ${title}`}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(fraction !== null && { 'aria-valuenow': Math.round(fraction * 100) })}
      className="absolute inset-x-0 bottom-0 h-0.75 bg-line"
    >
      <div
        className={clsx('h-full w-full origin-left', fraction === null ? 'stripes' : 'bg-accent')}
        style={{ transform: `scaleX(${fraction ?? 1})` }}
      />
    </div>
  )
}
