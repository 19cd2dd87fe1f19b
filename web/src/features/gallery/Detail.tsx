import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { ApiError } from '@/api/client'
import { fetchJob } from '@/api/jobs'
import { queryKeys } from '@/api/queryKeys'
import type { Job } from '@/api/types'
import { ErrorState } from '@/components/ui/ErrorState'
import { Skeleton } from '@/components/ui/Skeleton'
import { useJobStore } from '@/stores/jobStore'
import { gallery as text } from '@/text/gallery'
import { Actions } from './Actions'
import { Gone, Pending } from './DetailStates'
import { Lineage } from './Lineage'
import { Neighbours } from './Neighbours'
import { Parameters } from './Parameters'
import { Stage } from './Stage'
import { Title } from './Title'
import { useDetailKeys } from './useDetailKeys'

interface DetailProps {
  id: string
  /** Every result that is loaded. */
  items: readonly Job[]
  /** What the list knows of it, until the whole is there. */
  listed: Job | null
  previous: string | null
  next: string | null
  onOpen: (id: string | null) => void
  /** The list's address, where the result has the page to itself. */
  back: string | null
  onRemoved: () => void
}

/** One result, large, with how it was made and what can be done with it. */
export function Detail(props: DetailProps) {
  const { id, items, listed, previous, next, onOpen, back, onRemoved } = props
  const live = useJobStore((store) => store.byId[id])
  const forgotten = useJobStore((store) => store.forgotten.has(id))
  const { data, error, refetch } = useQuery({
    // Anew when its state changes: what a list says of a job is less than the whole.
    queryKey: [...queryKeys.job(id), live?.status ?? 'succeeded'],
    queryFn: ({ signal }) => fetchJob(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const job = data ?? listed ?? live
  const gone = forgotten || (error instanceof ApiError && isGone(error))
  useDetailKeys(job?.status === 'succeeded' ? job : null, previous, next, onOpen)

  // The page's heading takes the focus that went with the list, so that a screen reader says where one is.
  const heading = useRef<HTMLHeadingElement>(null)
  const alone = back !== null
  const there = job !== undefined
  const done = job?.status === 'succeeded' && !gone
  useEffect(() => {
    if (alone && there && document.activeElement === document.body) heading.current?.focus({ preventScroll: true })
  }, [alone, there])

  return (
    <section
      aria-label={text.detail}
      // Focusable, since it scrolls with the keyboard.
      tabIndex={alone ? undefined : 0}
      className="flex min-h-0 flex-1 flex-col gap-3 px-3 pt-3 pb-16 lg:pane lg:pb-3 xl:p-0"
    >
      {alone && <Neighbours back={back} previous={previous} next={next} onOpen={onOpen} />}
      {alone && !done && <h1 className="sr-only">{text.detail}</h1>}
      {gone ? (
        <Gone />
      ) : done ? (
        <>
          <Stage job={job} items={items} />
          <div className="flex flex-col gap-4 rounded-xl border bg-surface p-4">
            <div className="flex items-start justify-between gap-3">
              <Title ref={heading} job={job} main={alone} />
              {!alone && <Neighbours back={null} previous={previous} next={next} onOpen={onOpen} />}
            </div>
            <Actions job={job} onRemoved={onRemoved} />
            {data ? (
              <Parameters job={data} level={alone ? 2 : 3} />
            ) : error ? (
              <Failed onRetry={refetch} />
            ) : (
              <Skeleton className="h-40" />
            )}
            <Lineage job={job} items={items} level={alone ? 2 : 3} />
          </div>
        </>
      ) : job ? (
        <Pending job={job} />
      ) : error ? (
        <Failed detail={error.message} onRetry={refetch} />
      ) : (
        <>
          <Skeleton className="aspect-video max-h-[60dvh]" />
          <Skeleton className="h-64" />
        </>
      )}
    </section>
  )
}

/** An id that is none is gone as well, as far as a reader is concerned. */
function isGone({ status }: ApiError): boolean {
  return status === 404 || status === 410 || status === 400
}

function Failed({ detail, onRetry }: { detail?: string; onRetry: () => unknown }) {
  return <ErrorState title={text.detailFailed} detail={detail} onRetry={() => void onRetry()} />
}
