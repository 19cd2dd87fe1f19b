import { expect, test } from 'vitest'
import { about, ago, bytes, duration, gib, percent, plural } from './format'

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [440, '0.4 s'],
  [5062, '5.1 s'],
  [12_400, '12 s'],
  [59_600, '60 s'],
  [125_000, '2m 05s'],
  [3_840_000, '1h 04m'],
])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text))

test('an estimate says its upper end, rounded up so that it is kept', () => {
  expect(about({ low: 30_000, high: 37_200 })).toBe('about 40 s')
  expect(about({ low: 0, high: 4200 })).toBe('about 5 s')
  expect(about({ low: 0, high: 310_000 })).toBe('about 5m 30s')
})

test('a fraction is never all before the end', () => {
  expect([0, 0.4199, 0.999, 1].map(percent)).toEqual(['0%', '41%', '99%', '100%'])
})

test('sizes and times are as long as they are exact', () => {
  expect([0, 812, 4200, 12_000_000, 1_400_000_000].map(bytes)).toEqual(['0 B', '812 B', '4.2 KB', '12 MB', '1.4 GB'])
  expect([24 * 2 ** 30, 22.13 * 2 ** 30].map(gib)).toEqual(['24', '22.1'])
  expect([1000, 12_000, 240_000, 7_200_000, 90_000_000].map(ago)).toEqual([
    'just now',
    '12 s ago',
    '4 min ago',
    '2 h ago',
    'yesterday',
  ])
  expect([plural(1, 'job'), plural(4000, 'job')]).toEqual(['1 job', '4,000 jobs'])
})
