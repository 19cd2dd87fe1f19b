import { expect, test } from 'vitest'
import { resultName } from './filename'

const of = (about: string, contentType = 'video/mp4') =>
  resultName({ id: '1f0d7c52-0000-8000-8000-000000000001', about, contentType })

test('a result is called after its prompt and its job', () => {
  expect(of('The cat turns its head.')).toBe('spool-the-cat-turns-its-head-1f0d7c52.mp4')
  expect(of('a/b\\c: "d" <e>', 'image/png')).toBe('spool-a-b-c-d-e-1f0d7c52.png')
  expect(of('猫が振り向く', 'image/webp')).toBe('spool-猫が振り向く-1f0d7c52.webp')
})

test('a long prompt ends with a whole word, a script without spaces with a whole letter', () => {
  const words = of('the cat slowly turns towards the window with its ears twitching in soft light')
  expect(words).toBe('spool-the-cat-slowly-turns-towards-the-window-with-its-1f0d7c52.mp4')
  expect(of('猫'.repeat(200))).toBe(`spool-${'猫'.repeat(48)}-1f0d7c52.mp4`)
})

test('nothing usable leaves the id, an unknown type no lie', () => {
  expect(of('…', 'application/zip')).toBe('spool-1f0d7c52.bin')
  expect(resultName({ id: '1f0d7c52', about: 'x', contentType: 'image/jpeg', index: 1 })).toBe('spool-x-1f0d7c52-1.jpg')
})
