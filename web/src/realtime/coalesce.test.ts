import { beforeEach, expect, test, vi } from 'vitest'
import type { JobPatch } from '@/api/types'
import { aJob } from '@/test/fixtures'
import { Coalescer } from './coalesce'

const apply = vi.fn<(position: string, news: JobPatch[]) => void>()
const moves = ({ status }: JobPatch) => status === 'succeeded'
let coalescer: Coalescer

beforeEach(() => {
  apply.mockReset()
  coalescer = new Coalescer(apply, moves)
})

const tick = (id: string, version: number): JobPatch => ({ id, version, status: 'running' })

test('what comes while somebody looks passes as it is', () => {
  coalescer.take('e:1', [tick('a', 1)], false, 0)
  coalescer.take('e:2', [tick('a', 2)], false, 1)
  expect(apply.mock.calls).toEqual([
    ['e:1', [tick('a', 1)]],
    ['e:2', [tick('a', 2)]],
  ])
})

test('while nobody looks the newest of each job passes once a second', () => {
  coalescer.take('e:1', [tick('a', 1)], true, 0)
  for (let frame = 2; frame <= 40; frame += 1) {
    coalescer.take(`e:${frame}`, [tick('a', frame), tick('b', frame)], true, (frame - 1) * 25)
  }
  expect(apply).toHaveBeenCalledTimes(1)
  coalescer.take('e:41', [tick('a', 41)], true, 1000)
  expect(apply.mock.calls.slice(1)).toEqual([['e:41', [tick('a', 41), tick('b', 40)]]])
})

test('the end of a job passes at once, with all that was held', () => {
  coalescer.take('e:1', [], true, 0)
  coalescer.take('e:2', [tick('a', 2), tick('b', 2)], true, 10)
  coalescer.take('e:3', [{ id: 'b', version: 3, status: 'succeeded' }], true, 20)
  expect(apply.mock.calls.at(-1)).toEqual(['e:3', [tick('a', 2), { id: 'b', version: 3, status: 'succeeded' }]])
})

test('who looks again gets everything in one go, and nothing twice', () => {
  coalescer.take('e:1', [], true, 0)
  coalescer.take('e:2', [tick('a', 2)], true, 10)
  coalescer.take('e:3', [tick('b', 3)], true, 20)
  coalescer.flush()
  coalescer.flush()
  expect(apply.mock.calls.slice(1)).toEqual([['e:3', [tick('a', 2), tick('b', 3)]]])
})

test('a change lies over the whole job that is held, a late one does not', () => {
  const job = aJob({ id: 'a', version: 5 })
  coalescer.take('e:1', [], true, 0)
  coalescer.take('e:2', [job], true, 10)
  coalescer.take('e:3', [tick('a', 6), tick('a', 4)], true, 20)
  coalescer.flush()
  expect(apply.mock.calls.at(-1)?.[1]).toEqual([{ ...job, version: 6, status: 'running' }])
})

test('what is forgotten never passes', () => {
  coalescer.take('e:1', [], true, 0)
  coalescer.take('e:2', [tick('a', 2)], true, 10)
  coalescer.forget()
  coalescer.flush()
  expect(apply).toHaveBeenCalledTimes(1)
})
