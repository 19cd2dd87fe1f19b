import clsx from 'clsx'
import { Images, SearchX } from 'lucide-react'
import { type Dispatch, type SetStateAction, useCallback, useRef } from 'react'
import { Link } from 'wouter'
import { proposeSettingsOf } from '@/actions/settings'
import type { Job } from '@/api/types'
import { Button, buttonClass } from '@/components/ui/Button'
import { EmptyState } from '@/components/ui/EmptyState'
import { ErrorState } from '@/components/ui/ErrorState'
import { Skeleton } from '@/components/ui/Skeleton'
import { paths } from '@/lib/go'
import { strokeOf } from '@/lib/shortcuts'
import { useUiStore } from '@/stores/uiStore'
import { gallery as text } from '@/text/gallery'
import { FilterBar } from './FilterBar'
import type { Filter } from './filter'
import { Grid } from './Grid'
import type { Tail } from './Rows'
import { SelectionBar } from './SelectionBar'
import type { useGalleryPages } from './useGalleryPages'
import { compared, useViewStore } from './viewStore'
import { viewsOf } from './views'

interface ListProps {
  filter: Filter
  onFilter: (filter: Filter) => void
  pages: ReturnType<typeof useGalleryPages>
  current: string | null
  chosen: ReadonlySet<string> | null
  setChosen: Dispatch<SetStateAction<ReadonlySet<string> | null>>
  onOpen: (id: string) => void
}

const SKELETONS = Array.from({ length: 12 }, (_, index) => index)

export function List({ filter, onFilter, pages, current, chosen, setChosen, onOpen }: ListProps) {
  const pane = useRef<HTMLDivElement>(null)
  const { items, isPending, isError, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = pages
  const tail: Tail = !hasNextPage ? 'none' : isFetchingNextPage ? 'loading' : isFetchNextPageError ? 'failed' : 'more'
  const onMore = useCallback(() => void fetchNextPage(), [fetchNextPage])
  const onChoose = useCallback(
    (id: string) =>
      setChosen((now) => {
        const next = new Set(now)
        if (!next.delete(id)) next.add(id)
        return next
      }),
    [setChosen],
  )
  const onLetter = useCallback(
    (event: KeyboardEvent, job: Job) => {
      if (!useUiStore.getState().letters) return false
      const stroke = strokeOf(event)
      if (stroke === 'c') {
        useViewStore.getState().set(compared('result', viewsOf(job)))
        onOpen(job.id)
      } else if (stroke === 'r') void proposeSettingsOf(job)
      else return false
      return true
    },
    [onOpen],
  )
  return (
    <section
      aria-label={text.title}
      className="flex min-h-0 flex-1 flex-col xl:overflow-hidden xl:rounded-xl xl:border xl:bg-surface"
    >
      <FilterBar
        filter={filter}
        onFilter={onFilter}
        shown={items.length}
        more={hasNextPage}
        choosing={chosen !== null}
        onChoosing={(on) => setChosen(on ? new Set() : null)}
      />
      <div ref={pane} className={clsx('min-h-0 flex-1 px-3 pt-3 lg:pane lg:pb-3', chosen === null ? 'pb-16' : 'pb-28')}>
        {isPending ? (
          <div role="status" aria-label={text.loading} className="grid grid-cols-2 gap-2 sm:grid-cols-3">
            {SKELETONS.map((index) => (
              <Skeleton key={index} className="aspect-4/3" />
            ))}
          </div>
        ) : isError && items.length === 0 ? (
          <ErrorState title={text.failed} detail={pages.error?.message} onRetry={() => void pages.refetch()} />
        ) : items.length === 0 && !hasNextPage ? (
          <Nothing filter={filter} onAll={() => onFilter('all')} />
        ) : (
          <Grid
            key={filter}
            pane={pane}
            items={items}
            filter={filter}
            current={current}
            chosen={chosen}
            onChoose={onChoose}
            onLetter={onLetter}
            tail={tail}
            onMore={onMore}
          />
        )}
      </div>
      {chosen !== null && <SelectionBar items={items} chosen={chosen} setChosen={setChosen} />}
    </section>
  )
}

function Nothing({ filter, onAll }: { filter: Filter; onAll: () => void }) {
  if (filter !== 'all') {
    return (
      <EmptyState
        icon={<SearchX />}
        title={text.filtered.title}
        action={<Button onClick={onAll}>{text.filtered.action}</Button>}
      />
    )
  }
  return (
    <EmptyState
      icon={<Images />}
      title={text.empty.title}
      action={
        <Link href={paths.video} className={buttonClass('primary')}>
          {text.empty.action}
        </Link>
      }
    >
      {text.empty.body}
    </EmptyState>
  )
}
