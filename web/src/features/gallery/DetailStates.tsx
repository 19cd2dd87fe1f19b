import { Clock, ImageOff } from 'lucide-react'
import { Link } from 'wouter'
import type { Job } from '@/api/types'
import { buttonClass } from '@/components/ui/Button'
import { EmptyState } from '@/components/ui/EmptyState'
import { paths } from '@/lib/go'
import { isTerminal } from '@/stores/fold'
import { gallery as text } from '@/text/gallery'
import { failure, jobStatusLine, jobTitle, statusWords } from '@/text/jobs'

/** A result that was deleted, ran out of time, or never was. */
export function Gone() {
  return (
    <EmptyState
      icon={<ImageOff />}
      title={text.gone.title}
      action={
        <Link href={paths.gallery} className={buttonClass('secondary')}>
          {text.gone.action}
        </Link>
      }
    >
      {text.gone.body}
    </EmptyState>
  )
}

/** A job without a result: not yet, or not at all. */
export function Pending({ job }: { job: Job }) {
  const ended = isTerminal(job)
  return (
    <EmptyState
      icon={<Clock />}
      title={job.status === 'failed' ? failure(job.error).title : statusWords[job.status]}
      action={
        <Link href={paths.jobs} className={buttonClass('secondary')}>
          {text.pending.action}
        </Link>
      }
    >
      <p>{jobTitle(job)}</p>
      {!ended && <p className="num">{jobStatusLine(job, Date.now())}</p>}
      <p>{ended ? text.pending.ended : text.pending.body}</p>
    </EmptyState>
  )
}
