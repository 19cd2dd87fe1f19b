interface Press {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** Rows that a page key goes. */
const PAGE = 4

/** Where a key moves the focus in a grid; null for one that does not, or has nowhere to go. */
export function moved(press: Press, from: number, columns: number, count: number): number | null {
  if (!Number.isInteger(from) || press.altKey || press.metaKey || press.shiftKey) return null
  const to = target(press, from, columns, count)
  return to === null || to === from || to < 0 || to >= count ? null : to
}

function target({ key, ctrlKey }: Press, from: number, columns: number, count: number): number | null {
  const row = from - (from % columns)
  switch (key) {
    case 'ArrowLeft':
      return from - 1
    case 'ArrowRight':
      return from + 1
    case 'ArrowUp':
      return from - columns
    case 'ArrowDown':
      // Onto the last row, even where it is not full below.
      return row + columns < count ? Math.min(from + columns, count - 1) : null
    case 'Home':
      return ctrlKey ? 0 : row
    case 'End':
      return ctrlKey ? count - 1 : Math.min(row + columns, count) - 1
    case 'PageUp':
      return Math.max(from % columns, from - PAGE * columns)
    case 'PageDown':
      return Math.min(count - 1, from + PAGE * columns)
    default:
      return null
  }
}
