/** Words for figures. Milliseconds and bytes in, short text out. */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Between a figure and its unit no line breaks. */
export const NO_BREAK = '\u00a0'

/** `0.4 s`, `12 s`, `2m 05s`, `1h 04m`: exact enough for the size of it. */
export function duration(ms: number): string {
  const value = Math.max(0, ms)
  if (value < 10 * SECOND) return `${(value / SECOND).toFixed(1).replace(/\.0$/, '')}${NO_BREAK}s`
  if (value < MINUTE) return `${Math.round(value / SECOND)}${NO_BREAK}s`
  if (value < HOUR) {
    const seconds = Math.round(value / SECOND)
    return `${Math.floor(seconds / 60)}m${NO_BREAK}${String(seconds % 60).padStart(2, '0')}s`
  }
  const minutes = Math.round(value / MINUTE)
  return `${Math.floor(minutes / 60)}h${NO_BREAK}${String(minutes % 60).padStart(2, '0')}m`
}

export interface Span {
  low: number
  high: number
}

/** One figure for a span of estimates, its upper end: promises that are kept. */
export function about(span: Span): string {
  return `about ${roughly(span)}`
}

/** The same without the word, where there is little room. */
export function roughly(span: Span): string {
  return duration(roundUp(span.high))
}

/** To whole seconds, from 30 s on to five, from 5 min on to half minutes. */
function roundUp(ms: number): number {
  const unit = ms < 30 * SECOND ? SECOND : ms < 5 * MINUTE ? 5 * SECOND : 30 * SECOND
  return Math.ceil(ms / unit) * unit
}

/** `just now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 days ago`. */
export function ago(ms: number): string {
  if (ms < 3 * SECOND) return 'just now'
  if (ms < MINUTE) return `${Math.round(ms / SECOND)}${NO_BREAK}s ago`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}${NO_BREAK}min ago`
  if (ms < DAY) return `${Math.floor(ms / HOUR)}${NO_BREAK}h ago`
  const days = Math.floor(ms / DAY)
  return days === 1 ? 'yesterday' : `${days} days ago`
}

/** `812 B`, `4.2 KB`, `12 MB`, `1.4 GB`: powers of 1000, as file managers show them. */
export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = count
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit > 0 && value < 10 ? 1 : 0
  return `${value.toFixed(digits)}${NO_BREAK}${units[unit]}`
}

/** Memory in GiB, as GPUs are sold: `22.1`. */
export function gib(count: number): string {
  const value = count / 2 ** 30
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '')
}

/** `42%`, never 100 before the end. */
export function percent(fraction: number): string {
  return `${Math.min(fraction >= 1 ? 100 : 99, Math.floor(fraction * 100))}%`
}

/** `Today 14:02`, `Yesterday 09:30`, `12 Nov 14:02`. */
export function moment(time: string, now = Date.now()): string {
  const date = new Date(time)
  const clock = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false })
  const day = (at: Date) => at.toDateString()
  if (day(date) === day(new Date(now))) return `Today ${clock}`
  if (day(date) === day(new Date(now - DAY))) return `Yesterday ${clock}`
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${clock}`
}

/** `1,234` */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `1 job`, `2 jobs` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}
