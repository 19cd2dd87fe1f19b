import { describe, expect, it } from 'vitest'
import type { Queues } from '@/api/types'
import { anAgent } from '@/test/fixtures'
import { agentsFigure, placesFigure, queueFigure, waitFigure } from './figures'

type Item = Queues['items'][number]

function queues(...items: Partial<Item>[]): Queues {
  const item = {
    workflow: 'i2v' as const,
    depth: {},
    delayed: 0,
    oldest_waiting_ms: null,
    agents: 1,
    places: { total: 1, free: 0 },
    estimated_wait_ms: null,
    classes: [],
  }
  return {
    items: items.map((one) => ({ ...item, ...one })),
    waiting: 0,
    delayed: 0,
    limit: 10,
    assigned: 0,
    running: 0,
  }
}

describe('the queue', () => {
  it.each([
    [7, 'calm', ''],
    [8, 'warn', 'Almost full'],
    [9, 'warn', 'Almost full'],
    [10, 'bad', 'Full: new jobs are refused'],
  ])('with %i of 10 is %s', (depth, level, note) => {
    expect(queueFigure(depth, 10, undefined)).toMatchObject({ value: `${depth} of 10`, level, note })
  })

  it('says how long the oldest waits', () => {
    expect(queueFigure(2, 10, queues({ oldest_waiting_ms: 34_000 })).note).toBe('oldest waits 34\u00a0s')
  })
})

describe('the wait', () => {
  it('is the longest of those that some agent offers', () => {
    const figure = waitFigure(
      queues(
        { workflow: 'i2v', estimated_wait_ms: { low: 1000, high: 20_000 } },
        { workflow: 'qwen', estimated_wait_ms: { low: 1000, high: 130_000 } },
        { workflow: 'upscale', agents: 0, places: { total: 0, free: 0 }, estimated_wait_ms: { low: 1, high: 900_000 } },
      ),
    )
    expect(figure).toMatchObject({ value: 'about 2m\u00a010s', note: 'for Edit, the longest' })
  })

  it('is none while there is a free place for each, unknown before anything was measured', () => {
    expect(waitFigure(queues({ places: { total: 2, free: 1 } })).value).toBe('None')
    expect(waitFigure(queues({})).value).toBe('Not known yet')
    expect(waitFigure(queues({ agents: 0 })).value).toBe('Until a GPU takes jobs')
  })
})

it('counts the places of agents that are there only', () => {
  const lost = anAgent({ state: 'lost', connected: false, places: { total: 5, free: 5 } })
  const busy = anAgent({ places: { total: 2, free: 1 } })
  expect(placesFigure([lost, busy])).toMatchObject({ label: 'GPUs busy', value: '1 of 2' })
})

it('says how many agents are online, and what is with the others', () => {
  const agents = [anAgent(), anAgent({ state: 'draining' }), anAgent({ state: 'lost', connected: false })]
  expect(agentsFigure(agents)).toMatchObject({ value: '1 of 3', note: '1 finishing up · 1 lost', level: 'warn' })
})
