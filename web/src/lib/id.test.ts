import { expect, test, vi } from 'vitest'
import { randomId } from './id'

test('an id needs no secure context', () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  expect(randomId()).toMatch(/^[0-9a-f]{32}$/)
  expect(randomId()).not.toBe(randomId())
  vi.unstubAllGlobals()
})
