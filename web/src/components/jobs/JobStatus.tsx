import clsx from 'clsx'
import {
  Ban,
  CircleCheck,
  CirclePlay,
  Clock,
  Hourglass,
  type LucideIcon,
  PlugZap,
  RotateCcw,
  TriangleAlert,
} from 'lucide-react'
import type { Job } from '@/api/types'
import { useNow } from '@/components/useNow'
import { type JobLook, jobLook, jobStatusLine, jobs } from '@/text/jobs'

const LOOKS: Record<JobLook, { Icon: LucideIcon; colour: string }> = {
  waiting: { Icon: Clock, colour: 'text-fg-2' },
  stuck: { Icon: PlugZap, colour: 'text-warn' },
  again: { Icon: RotateCcw, colour: 'text-warn' },
  starting: { Icon: Hourglass, colour: 'text-accent-text' },
  running: { Icon: CirclePlay, colour: 'text-accent-text' },
  done: { Icon: CircleCheck, colour: 'text-ok' },
  failed: { Icon: TriangleAlert, colour: 'text-bad' },
  canceled: { Icon: Ban, colour: 'text-fg-2' },
}

interface JobStatusProps {
  job: Job
  /** Asked to stop, without an answer yet. */
  canceling?: boolean
}

/** Where a job stands: icon, words and colour. It alone counts the seconds, so the card around it stays as it is. */
export function JobStatus({ job, canceling = false }: JobStatusProps) {
  const ticks = job.status === 'running' || (job.status === 'queued' && job.starts_in_ms !== null)
  const now = useNow(ticks && !canceling)
  const { Icon, colour } = LOOKS[canceling ? 'canceled' : jobLook(job)]
  return (
    <p className={clsx('num flex min-w-0 items-start gap-1.5 text-xs font-medium', colour)}>
      <Icon aria-hidden size={14} className="mt-px shrink-0" />
      <span className="min-w-0 wrap-anywhere">{canceling ? jobs.canceling : jobStatusLine(job, now)}</span>
    </p>
  )
}
