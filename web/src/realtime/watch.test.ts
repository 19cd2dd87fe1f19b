import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Watch } from './watch'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('what is on the screen is told once it settles, the focused job first, twelve at most', () => {
  const told = vi.fn()
  const watch = new Watch(told)
  for (let job = 0; job < 20; job += 1) watch.show(`job ${job}`)
  watch.focus('job 19')
  vi.advanceTimersByTime(250)
  expect(told).toHaveBeenCalledTimes(1)
  expect(told.mock.calls[0]?.[0]).toHaveLength(12)
  expect(told.mock.calls[0]?.[0].slice(0, 2)).toEqual(['job 19', 'job 0'])
})

test('two views of a job are one, until both are gone', () => {
  const told = vi.fn()
  const watch = new Watch(told)
  const [first, second] = [watch.show('a'), watch.show('a')]
  vi.advanceTimersByTime(250)
  first()
  vi.advanceTimersByTime(250)
  expect(told.mock.calls).toEqual([[['a']]])
  second()
  vi.advanceTimersByTime(250)
  expect(told.mock.calls).toEqual([[['a']], [[]]])
})
