import { afterEach, expect, test, vi } from 'vitest'
import { toast } from './toast'

vi.mock('./Toaster', () => {
  throw new Error('no such part')
})

afterEach(() => vi.unstubAllGlobals())

test('what waits for the end of a toast does not wait for one that cannot be shown', async () => {
  vi.stubGlobal('fetch', async () => new Response('the studio'))
  const over = vi.fn()
  toast.message('Job deleted', { onAutoClose: over })
  await vi.waitFor(() => expect(over).toHaveBeenCalledTimes(1))
})
