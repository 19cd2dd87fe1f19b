import { afterEach, expect, test, vi } from 'vitest'
import { copyText } from './clipboard'

const writeText = vi.fn<(text: string) => Promise<void>>()

function world(secure: boolean) {
  vi.stubGlobal('isSecureContext', secure)
  vi.stubGlobal('navigator', secure ? { clipboard: { writeText } } : {})
}

afterEach(() => vi.unstubAllGlobals())

test('copies where there is a clipboard', async () => {
  world(true)
  writeText.mockResolvedValue()
  await expect(copyText('x')).resolves.toBe(true)
  expect(writeText).toHaveBeenCalledWith('x')
})

test('says so on plain http, and when the browser refuses', async () => {
  world(false)
  await expect(copyText('x')).resolves.toBe(false)
  world(true)
  writeText.mockRejectedValue(new DOMException('not now', 'NotAllowedError'))
  await expect(copyText('x')).resolves.toBe(false)
})
