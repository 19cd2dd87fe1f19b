import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Previews } from './previews'

const alive = new Set<string>()
let made = 0

beforeEach(() => {
  vi.useFakeTimers()
  alive.clear()
  URL.createObjectURL = () => {
    made += 1
    alive.add(`blob:${made}`)
    return `blob:${made}`
  }
  URL.revokeObjectURL = (url) => void alive.delete(url)
})

afterEach(() => vi.useRealTimers())

const frame = (job: string, seq: number) => ({ job, seq, picture: new Blob(['x']) })

test('the newest picture of a job takes the place of the one before, which is let go a little later', () => {
  const previews = new Previews()
  const seen: (string | null)[] = []
  previews.subscribe('a', () => seen.push(previews.of('a')))
  previews.add(frame('a', 1))
  previews.add(frame('a', 2))
  expect(new Set(seen).size).toBe(2)
  expect(alive.size).toBe(2)
  vi.advanceTimersByTime(1000)
  expect([...alive]).toEqual([previews.of('a')])
})

test('ten minutes of previews of many jobs keep a bounded number of pictures', () => {
  const previews = new Previews()
  for (let second = 0; second < 600; second += 1) {
    for (let job = 0; job < 40; job += 1) previews.add(frame(`job ${job}`, second))
    vi.advanceTimersByTime(1000)
  }
  expect(previews.size).toBe(24)
  expect(alive.size).toBe(24)
})

test('all are let go at once when someone else signs in', () => {
  const previews = new Previews()
  previews.add(frame('a', 1))
  previews.add(frame('b', 1))
  previews.clear()
  vi.advanceTimersByTime(1000)
  expect([previews.size, previews.of('a'), alive.size]).toEqual([0, null, 0])
})

test('a job that has ended keeps none, and whoever left hears nothing', () => {
  const previews = new Previews()
  const listener = vi.fn()
  const leave = previews.subscribe('a', listener)
  previews.add(frame('a', 1))
  leave()
  previews.drop('a')
  expect(previews.of('a')).toBeNull()
  expect(listener).toHaveBeenCalledTimes(1)
})
