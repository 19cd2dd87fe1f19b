import { expect, test } from 'vitest'
import { countChars } from './chars'

test.each([
  ['', 0],
  ['abc', 3],
  ['äöü', 3],
  ['a\u0308', 2],
  ['😀', 1],
  ['👨‍👩‍👧', 5],
  ['🇩🇪', 2],
  ['日本語', 3],
  ['a\r\nb', 4],
])('%j has %i characters, as the server counts', (text, count) => {
  expect(countChars(text)).toBe(count)
})
