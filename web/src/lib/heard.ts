/**
 * When an estimate was told. A span of milliseconds is from that moment on, so whoever shows it later takes off what has
 * gone by since.
 */
const times = new WeakMap<object, number>()

export function markHeard(span: object | null | undefined, at: number): void {
  if (span) times.set(span, at)
}

/** What is left of a span at `now`, never less than nothing. */
export function left(span: { low: number; high: number }, now: number): { low: number; high: number } {
  const gone = Math.max(0, now - (times.get(span) ?? now))
  return { low: Math.max(0, span.low - gone), high: Math.max(0, span.high - gone) }
}
