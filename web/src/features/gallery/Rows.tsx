// biome-ignore-all lint/a11y/useFocusableInteractive: in this grid the tiles have the focus, one at a time
import type { Virtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Job } from '@/api/types'
import { Button } from '@/components/ui/Button'
import { common } from '@/text/common'
import { gallery as text } from '@/text/gallery'
import { GAP, type TileSize } from './columns'
import { addressOf, type Filter } from './filter'
import { moved } from './moved'
import { Tile } from './Tile'

export type RowsVirtualizer = Virtualizer<HTMLElement, Element> | Virtualizer<Window, Element>

/** What is below the last row: nothing, a page that may be asked for, is on its way, or did not come. */
export type Tail = 'none' | 'more' | 'loading' | 'failed'

export interface GridContent {
  items: readonly Job[]
  filter: Filter
  /** The result that is shown beside the grid. */
  current: string | null
  /** Ids, while several are chosen. */
  chosen: ReadonlySet<string> | null
  onChoose: (id: string) => void
  /** A letter that was pressed on a tile; true if it meant something. */
  onLetter: (event: globalThis.KeyboardEvent, job: Job) => boolean
  tail: Tail
  onMore: () => void
}

interface RowsProps extends GridContent {
  virtualizer: RowsVirtualizer
  columns: number
  tile: TileSize
  /** Of the page above the grid, where the window scrolls. */
  margin: number
}

/** Rows before the end at which the next page is asked for. */
const AHEAD = 4

export function Rows({ virtualizer, columns, tile, margin, ...content }: RowsProps) {
  const { items, filter, current, chosen, tail, onMore, onChoose, onLetter } = content
  const [active, setActive] = useState<string | null>(null)
  const wanted = useRef<number | null>(null)
  const grid = useRef<HTMLDivElement>(null)
  const rows = virtualizer.getVirtualItems()
  const count = Math.ceil(items.length / columns)
  const near = (rows.at(-1)?.index ?? 0) >= count - AHEAD

  useEffect(() => {
    if (tail === 'more' && near) onMore()
  }, [tail, near, onMore])

  // The row may have to be put into the page first.
  useEffect(() => {
    if (wanted.current === null) return
    const next = grid.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`)
    if (!next) return
    wanted.current = null
    next.focus({ preventScroll: true })
  })

  function onKeyDown(event: KeyboardEvent) {
    const from = Number((event.target as HTMLElement).dataset.index)
    const job = items[from]
    if (job && chosen === null && onLetter(event.nativeEvent, job)) return event.preventDefault()
    const to = moved(event, from, columns, items.length)
    if (job && event.key.startsWith('Arrow')) event.preventDefault()
    if (to === null) return
    event.preventDefault()
    wanted.current = to
    setActive(items[to]?.id ?? null)
    virtualizer.scrollToIndex(Math.floor(to / columns))
  }

  const known = (id: string | null) => id !== null && items.some((job) => job.id === id)
  // One tile is reached by Tab: the one that had the focus, else the one that is shown, else the first.
  const shown = rows[0] ? items[rows[0].index * columns]?.id : undefined
  const tabbable = known(active) ? active : known(current) ? current : (shown ?? null)
  const inView = rows.some((row) => {
    const first = row.index * columns
    return items.slice(first, first + columns).some((job) => job.id === tabbable)
  })

  return (
    <div
      ref={grid}
      role="grid"
      aria-label={text.grid}
      aria-rowcount={count}
      aria-colcount={columns}
      aria-multiselectable={chosen !== null}
      onKeyDown={onKeyDown}
      className="relative w-full"
      style={{ height: virtualizer.getTotalSize() }}
    >
      {rows.map((row) => {
        const place = { transform: `translateY(${row.start - margin}px)` }
        if (row.index >= count) {
          return (
            <div key="tail" role="row" className="absolute inset-x-0 top-0" style={place}>
              <div role="gridcell" className="flex h-14 items-center justify-center">
                <TailLine tail={tail} onMore={onMore} />
              </div>
            </div>
          )
        }
        const first = row.index * columns
        return (
          <div
            key={row.index}
            role="row"
            aria-rowindex={row.index + 1}
            className="absolute inset-x-0 top-0 flex"
            style={{ ...place, gap: GAP }}
          >
            {items.slice(first, first + columns).map((job, offset) => (
              <div key={job.id} role="gridcell" onFocus={() => setActive(job.id)}>
                <Tile
                  job={job}
                  index={first + offset}
                  href={addressOf(filter, job.id)}
                  width={tile.width}
                  height={tile.height}
                  current={job.id === current}
                  tabbable={inView ? job.id === tabbable : job.id === shown}
                  chosen={chosen?.has(job.id) ?? null}
                  onChoose={onChoose}
                />
              </div>
            ))}
          </div>
        )
      })}
    </div>
  )
}

function TailLine({ tail, onMore }: { tail: Tail; onMore: () => void }) {
  if (tail !== 'failed') return <p className="text-sm text-fg-2">{text.more}</p>
  return (
    <div role="alert" className="flex items-center gap-3 text-sm">
      <span className="text-bad">{text.moreFailed}</span>
      <Button size="sm" onClick={onMore}>
        {common.retry}
      </Button>
    </div>
  )
}
