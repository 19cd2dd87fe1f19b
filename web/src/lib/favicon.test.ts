import { beforeEach, expect, test } from 'vitest'
import { drawing, showFavicon } from './favicon'

const link = document.createElement('link')

beforeEach(() => {
  link.rel = 'icon'
  document.head.append(link)
})

test('the icon is a ring while something runs, and the own one when nothing does', () => {
  link.setAttribute('href', './favicon.svg')
  showFavicon({ progress: 0.42, ended: null, hue: 272 })
  expect(link.getAttribute('href')).toMatch(/^data:image\/svg\+xml,/)
  showFavicon({ progress: null, ended: null, hue: 272 })
  expect(link.getAttribute('href')).toBe('./favicon.svg')
})

test('the ring moves in steps, so that it is not drawn for every tick', () => {
  const at = (progress: number) => drawing({ progress, ended: null, hue: 272 })
  expect(at(0.41)).toBe(at(0.44))
  expect(at(0.44)).not.toBe(at(0.46))
})

test('what ended while nobody looked is a dot', () => {
  expect(drawing({ progress: null, ended: 'failed', hue: 272 })).toContain('oklch(0.62 0.21 25)')
  expect(drawing({ progress: null, ended: null, hue: 272 })).not.toContain('oklch(0.62 0.21 25)')
})
