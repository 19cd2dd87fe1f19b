import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepTitle } from './title'

beforeEach(() => {
  vi.useFakeTimers()
  document.title = 'Spool'
})
afterEach(() => vi.useRealTimers())

test('the title follows once a second, at once when asked to, and is as before at the end', () => {
  let said = '1%'
  const title = keepTitle(() => said)
  expect(document.title).toBe('1%')
  said = '2%'
  vi.advanceTimersByTime(900)
  expect(document.title).toBe('1%')
  vi.advanceTimersByTime(200)
  expect(document.title).toBe('2%')
  said = 'Done'
  title.refresh()
  expect(document.title).toBe('Done')
  title.stop()
  vi.advanceTimersByTime(5000)
  expect(document.title).toBe('Spool')
})
