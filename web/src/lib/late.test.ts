import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { patiently } from './late'

const answer = vi.fn<() => Promise<Response>>()

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', answer)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a part that is wanted while the server is away comes when it is back', async () => {
  answer.mockRejectedValue(new TypeError('Failed to fetch'))
  const load = vi.fn<() => Promise<string>>()
  load.mockRejectedValueOnce(new TypeError('no such module')).mockRejectedValueOnce(new TypeError('no such module'))
  load.mockResolvedValue('the menu')
  const part = patiently(load)
  await vi.advanceTimersByTimeAsync(1999)
  expect(load).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(2001)
  await expect(part).resolves.toBe('the menu')
  expect(load).toHaveBeenCalledTimes(3)
})

test('a part that a server that is there does not have is an error', async () => {
  answer.mockResolvedValue(new Response('the studio'))
  await expect(patiently(() => Promise.reject(new TypeError('404')))).rejects.toThrow('404')
})
