import { useVirtualizer, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { FRAMED, useMedia } from '@/lib/media'
import { columnsIn, GAP, type TileSize, tileSize, useWidth } from './columns'
import type { Filter } from './filter'
import { type GridContent, Rows, type RowsVirtualizer } from './Rows'

/** Rows beyond the edge that are there already when they come into view. */
const OVERSCAN = 3
/** The line below the tiles that says what is loading, or could not be. */
const TAIL = 56

/** Of the pane, around the grid: room for a ring around a tile. */
const PADDING = 12

/** Where each filter's list was left, for the way back from a result. */
const leftAt = new Map<Filter, number>()

interface GridProps extends GridContent {
  /** The pane that scrolls, where one does; else the window. */
  pane: RefObject<HTMLElement | null>
}

/** Results in rows, of which only those near the screen are in the page. */
export function Grid({ pane, ...content }: GridProps) {
  const place = useRef<HTMLDivElement>(null)
  const width = useWidth(place)
  const framed = useMedia(FRAMED)
  const columns = columnsIn(width)
  const layout = { columns, tile: tileSize(width, columns) }
  return (
    <div ref={place}>
      {width === 0 ? null : framed ? (
        <InPane {...content} {...layout} pane={pane} />
      ) : (
        <InWindow {...content} {...layout} place={place} />
      )}
    </div>
  )
}

interface Layout {
  columns: number
  tile: TileSize
}

function InPane({ pane, ...props }: GridProps & Layout) {
  const rows = useRowSizes(props)
  const virtualizer = useVirtualizer({
    ...rows,
    getScrollElement: () => pane.current,
    scrollMargin: PADDING,
    scrollPaddingStart: PADDING,
    scrollPaddingEnd: PADDING,
    initialOffset: () => leftAt.get(props.filter) ?? 0,
  })
  useKept(virtualizer, props)
  return <Rows {...props} virtualizer={virtualizer} margin={PADDING} />
}

function InWindow({ place, ...props }: GridContent & Layout & { place: RefObject<HTMLElement | null> }) {
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    if (place.current) setMargin(place.current.getBoundingClientRect().top + scrollY)
  }, [place])
  const rows = useRowSizes(props)
  const virtualizer = useWindowVirtualizer({
    ...rows,
    scrollMargin: margin,
    initialOffset: () => leftAt.get(props.filter) ?? 0,
  })
  useKept(virtualizer, props)
  return <Rows {...props} virtualizer={virtualizer} margin={margin} />
}

function useRowSizes({ items, columns, tile, tail }: GridContent & Layout) {
  const rows = Math.ceil(items.length / columns)
  const height = tile.height + GAP
  return {
    count: rows + (tail === 'none' ? 0 : 1),
    estimateSize: useCallback((row: number) => (row < rows ? height : TAIL), [rows, height]),
    overscan: OVERSCAN,
  }
}

/** Measures again when the tiles change, and remembers where the list was left. */
function useKept(virtualizer: RowsVirtualizer, { filter, tile, columns }: GridContent & Layout): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sizes are what it measures
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, tile.height, columns])
  useEffect(
    () => () => {
      leftAt.set(filter, virtualizer.scrollOffset ?? 0)
    },
    [virtualizer, filter],
  )
}
