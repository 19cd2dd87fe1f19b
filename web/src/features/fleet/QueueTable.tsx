import { ErrorState } from '@/components/ui/ErrorState'
import { Skeleton } from '@/components/ui/Skeleton'
import { fleet } from '@/text/fleet'
import { QueueRow } from './QueueRow'
import { useQueues } from './useQueues'

/** What waits for what, by workflow and by kind of job. */
export function QueueTable() {
  const { data, error, refetch } = useQueues()
  return (
    <section aria-labelledby="fleet-queues" className="flex flex-col gap-3">
      <h2 id="fleet-queues" className="text-base font-semibold">
        {fleet.queues}
      </h2>
      {!data && !error && <Skeleton className="h-44" />}
      {!data && error && (
        <ErrorState title={fleet.queuesFailed} detail={error.message} onRetry={() => void refetch()} />
      )}
      {data && error && (
        <p role="status" className="text-xs text-warn">
          {fleet.stale}
        </p>
      )}
      {data && (
        <ul className="divide-y overflow-hidden rounded-xl border bg-surface">
          {data.items.map((item) => (
            <QueueRow key={item.workflow} queue={item} />
          ))}
        </ul>
      )}
    </section>
  )
}
