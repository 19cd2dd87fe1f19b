import { type RefObject, useLayoutEffect, useState } from 'react'

export interface TileSize {
  width: number
  height: number
}

export const GAP = 8
const NARROWEST = 176

/** As many columns as fit, and two on whatever is narrower. */
export function columnsIn(width: number): number {
  return Math.max(2, Math.floor((width + GAP) / (NARROWEST + GAP)))
}

/** A tile's pixels at a width of the grid: 4:3, whatever the result's own shape. */
export function tileSize(width: number, columns: number): TileSize {
  const tile = Math.max(0, (width - GAP * (columns - 1)) / columns)
  return { width: tile, height: Math.round(tile * 0.75) }
}

/** An element's width, 0 before it is laid out. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const node = element.current
    if (!node) return
    setWidth(node.clientWidth)
    const observer = new ResizeObserver(() => setWidth(node.clientWidth))
    observer.observe(node)
    return () => observer.disconnect()
  }, [element])
  return width
}
