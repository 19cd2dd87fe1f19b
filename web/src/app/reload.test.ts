import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { reloadOnceWhenChunksAreGone } from './reload'

const reload = vi.fn()
const answer = vi.fn<() => Promise<Response>>()

beforeAll(() => reloadOnceWhenChunksAreGone(reload))
beforeEach(() => {
  reload.mockReset()
  sessionStorage.clear()
  vi.stubGlobal('fetch', answer)
})
afterEach(() => vi.unstubAllGlobals())

/** A part could not be loaded; done when the page knows whether the server is there. */
async function failToLoad() {
  const asked = answer.mock.calls.length
  const event = new Event('vite:preloadError', { cancelable: true })
  dispatchEvent(event)
  await vi.waitFor(() => expect(answer.mock.calls.length).toBe(asked + 1))
  await answer.mock.results.at(-1)?.value.catch(() => {})
  await new Promise((resolve) => setTimeout(resolve))
  return event
}

test('a part that the server has no more brings one reload, and no loop', async () => {
  answer.mockResolvedValue(new Response('the studio'))
  await failToLoad()
  expect(reload).toHaveBeenCalledTimes(1)
  await failToLoad()
  expect(reload).toHaveBeenCalledTimes(1)
})

test('while the server is away the page stays: a reload would lose it', async () => {
  answer.mockRejectedValue(new TypeError('Failed to fetch'))
  const event = await failToLoad()
  answer.mockResolvedValue(new Response('no upstream', { status: 502 }))
  await failToLoad()
  expect(reload).not.toHaveBeenCalled()
  // The import fails for whoever waits for it, instead of giving nothing.
  expect(event.defaultPrevented).toBe(false)
})
