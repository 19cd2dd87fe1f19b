import { expect, test } from 'vitest'
import { about, ago, bytes, duration, gib, percent, plural } from './format'

test.each([
  [0, '0\u00a0s'],
  [-5, '0\u00a0s'],
  [440, '0.4\u00a0s'],
  [5062, '5.1\u00a0s'],
  [12_400, '12\u00a0s'],
  [59_600, '60\u00a0s'],
  [125_000, '2m\u00a005s'],
  [3_840_000, '1h\u00a004m'],
])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text))

test('an estimate says its upper end, rounded up so that it is kept', () => {
  expect(about({ low: 30_000, high: 37_200 })).toBe('about 40\u00a0s')
  expect(about({ low: 0, high: 4200 })).toBe('about 5\u00a0s')
  expect(about({ low: 0, high: 310_000 })).toBe('about 5m\u00a030s')
})

test('a fraction is never all before the end', () => {
  expect([0, 0.4199, 0.999, 1].map(percent)).toEqual(['0%', '41%', '99%', '100%'])
})

test('sizes and times are as long as they are exact', () => {
  expect([0, 812, 4200, 12_000_000, 1_400_000_000].map(bytes)).toEqual([
    '0\u00a0B',
    '812\u00a0B',
    '4.2\u00a0KB',
    '12\u00a0MB',
    '1.4\u00a0GB',
  ])
  expect([24 * 2 ** 30, 22.13 * 2 ** 30].map(gib)).toEqual(['24', '22.1'])
  expect([1000, 12_000, 240_000, 7_200_000, 90_000_000].map(ago)).toEqual([
    'just now',
    '12\u00a0s ago',
    '4\u00a0min ago',
    '2\u00a0h ago',
    'yesterday',
  ])
  expect([plural(1, 'job'), plural(4000, 'job')]).toEqual(['1 job', '4,000 jobs'])
})
