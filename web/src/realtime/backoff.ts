const FIRST = 500
const LONGEST = 15_000

/**
 * How long to wait before try number `attempt` (from 0), milliseconds: 0.5 s doubling to 15 s, half of it fixed and half
 * random, so that many pages do not come back in step.
 */
export function backoff(attempt: number, random = Math.random()): number {
  const whole = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10))
  return whole / 2 + (whole / 2) * random
}
