import clsx from 'clsx'
import { useNow } from '@/components/useNow'
import { useJobStore } from '@/stores/jobStore'
import { ago, count } from '@/text/format'
import { jobs } from '@/text/jobs'

/** Of the queue from here on, its share that is taken. */
const CROWDED = 0.8

/** Beside the heading: how old the list is while there is no connection, else how full the queue is when that matters. */
export function ListState() {
  const stale = useJobStore((store) => store.link !== 'live' && store.link !== 'connecting' && store.heardAt !== null)
  return stale ? <LastUpdate /> : <QueueCount />
}

function LastUpdate() {
  const heardAt = useJobStore((store) => store.heardAt)
  const now = useNow()
  return <span className="num text-xs text-warn">{jobs.lastUpdate(ago(Math.max(0, now - (heardAt ?? now))))}</span>
}

function QueueCount() {
  const queue = useJobStore((store) => store.queue)
  if (!queue || queue.limit === 0 || queue.depth < queue.limit * CROWDED) return null
  return (
    <span className={clsx('num text-xs font-medium', queue.depth >= queue.limit ? 'text-bad' : 'text-warn')}>
      {jobs.queueFull(count(queue.depth), count(queue.limit))}
    </span>
  )
}
