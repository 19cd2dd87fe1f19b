import clsx from 'clsx'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useMedia, WIDE } from '@/lib/media'
import { gallery as text } from '@/text/gallery'
import { Detail } from './Detail'
import { addressOf, useFilter } from './filter'
import { List } from './List'
import { NothingChosen } from './NothingChosen'
import { useFileDrop } from './useFileDrop'
import { useGalleryPages } from './useGalleryPages'

/** Everything that was made: the list, and one result large, beside it where there is room. */
export default function GalleryPage({ id }: { id: string | null }) {
  const [filter, setFilter] = useFilter()
  const [, navigate] = useLocation()
  const wide = useMedia(WIDE)
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null)
  const pages = useGalleryPages(filter, chosen !== null)
  const { items, hasNextPage, fetchNextPage, isFetchingNextPage } = pages
  const dragging = useFileDrop()

  // With room for both, the newest one is shown until another is asked for.
  const shown = id ?? (wide ? (items[0]?.id ?? null) : null)
  const at = shown === null ? -1 : items.findIndex((job) => job.id === shown)
  const open = useCallback(
    (next: string | null) => navigate(addressOf(filter, next), { replace: id !== null && next !== null }),
    [navigate, filter, id],
  )
  const previous = at > 0 ? (items[at - 1]?.id ?? null) : null
  const next = at >= 0 ? (items[at + 1]?.id ?? null) : null

  // The result after the last one that is loaded is on the next page.
  useEffect(() => {
    if (at >= 0 && at >= items.length - 2 && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [at, items.length, hasNextPage, isFetchingNextPage, fetchNextPage])

  // On a small screen a result is a page of its own, which begins at its top.
  const alone = !wide && id !== null
  const first = useRef(true)
  useEffect(() => {
    if (alone && !first.current) scrollTo(0, 0)
    first.current = false
  }, [alone])

  const list = (
    <List
      filter={filter}
      onFilter={(next) => {
        setChosen(null)
        setFilter(next)
      }}
      pages={pages}
      current={shown}
      chosen={chosen}
      setChosen={setChosen}
      onOpen={open}
    />
  )
  const detail =
    shown === null ? (
      <NothingChosen />
    ) : (
      <Detail
        key={shown}
        id={shown}
        items={items}
        listed={at >= 0 ? (items[at] ?? null) : null}
        previous={previous}
        next={next}
        onOpen={open}
        back={alone ? addressOf(filter) : null}
        onRemoved={() => open(next ?? previous)}
      />
    )
  return (
    <div className={clsx('relative flex min-h-0 flex-1', wide ? 'gap-4 p-4' : 'flex-col')}>
      {wide ? (
        <>
          <div className="flex min-h-0 w-[46%] flex-col">{list}</div>
          <div className="flex min-h-0 min-w-0 flex-1 flex-col">{detail}</div>
        </>
      ) : alone ? (
        detail
      ) : (
        list
      )}
      {dragging && (
        <div className="pointer-events-none fixed inset-4 z-40 flex items-center justify-center rounded-xl border-2 border-dashed border-accent bg-bg/90 p-6 text-center text-lg font-semibold">
          {text.drop}
        </div>
      )}
    </div>
  )
}
