import { expect, test } from 'vitest'
import { moved } from './moved'

const press = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false, altKey: false, shiftKey: false })

// Ten tiles in rows of three, the last of which has one.
test.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 9, null],
  ['ArrowLeft', 0, null],
  ['ArrowLeft', 3, 2],
  ['ArrowDown', 1, 4],
  ['ArrowDown', 8, 9],
  ['ArrowDown', 9, null],
  ['ArrowUp', 4, 1],
  ['ArrowUp', 1, null],
  ['Home', 5, 3],
  ['End', 3, 5],
  ['End', 9, null],
  ['PageDown', 0, 9],
  ['PageUp', 7, 1],
  ['x', 4, null],
])('%s on tile %i goes to %s', (key, from, to) => {
  expect(moved(press(key), from, 3, 10)).toBe(to)
})

test('with Ctrl, Home and End go to the first and the last of all', () => {
  expect(moved(press('Home', true), 7, 3, 10)).toBe(0)
  expect(moved(press('End', true), 1, 3, 10)).toBe(9)
})

test('a key with Alt is the browser’s', () => {
  expect(moved({ ...press('ArrowLeft'), altKey: true }, 4, 3, 10)).toBeNull()
})

test('a key pressed on nothing goes nowhere', () => {
  expect(moved(press('ArrowRight'), Number.NaN, 3, 10)).toBeNull()
})
