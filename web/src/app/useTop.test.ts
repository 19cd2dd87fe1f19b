import { renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useTop } from './useTop'

const scroll = vi.fn()

beforeEach(() => {
  scroll.mockReset()
  vi.stubGlobal('scrollTo', scroll)
})
afterEach(() => vi.unstubAllGlobals())

const at = (location: string) => renderHook(({ location }) => useTop(location), { initialProps: { location } })

test('another page begins at its top, the first one where the browser left it', () => {
  const { rerender } = at('/')
  expect(scroll).not.toHaveBeenCalled()
  rerender({ location: '/jobs' })
  expect(scroll.mock.calls).toEqual([[0, 0]])
})

test('what changes within a page moves nothing', () => {
  const { rerender } = at('/gallery')
  rerender({ location: '/gallery/1f0d' })
  expect(scroll).not.toHaveBeenCalled()
})

test('the way back is left to the browser, the next way forth is not', () => {
  const { rerender } = at('/gallery/1f0d')
  dispatchEvent(new PopStateEvent('popstate'))
  rerender({ location: '/gallery' })
  rerender({ location: '/fleet' })
  expect(scroll).toHaveBeenCalledTimes(1)
  dispatchEvent(new PopStateEvent('popstate'))
  rerender({ location: '/gallery' })
  expect(scroll).toHaveBeenCalledTimes(1)
})
