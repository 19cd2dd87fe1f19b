import { expect, test } from 'vitest'
import { backoff } from './backoff'

test('waits double from half a second to fifteen, half of each by chance', () => {
  expect([0, 1, 2, 3].map((attempt) => backoff(attempt, 1))).toEqual([500, 1000, 2000, 4000])
  expect([0, 1].map((attempt) => backoff(attempt, 0))).toEqual([250, 500])
  expect(backoff(1000, 1)).toBe(15_000)
  expect(backoff(1000, 0)).toBe(7500)
})
