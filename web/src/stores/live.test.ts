import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Job, JobPatch } from '@/api/types'
import { aRunningJob } from '@/test/fixtures'
import { useFleetStore } from './fleetStore'
import { useJobStore } from './jobStore'
import { goLive, previews } from './live'

class Socket {
  static all: Socket[] = []
  static OPEN = 1
  readyState = 1
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  send = vi.fn()
  close = vi.fn()

  constructor() {
    Socket.all.push(this)
  }

  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

const initial = useJobStore.getInitialState()
const store = useJobStore.getState
const fetched = vi.fn<(request: Request) => Promise<Response>>()
let end: () => void
let answer: (response: Response) => void

const page = (items: Job[]) => Response.json({ items, cursor: null, position: 'e:1' })
const socket = () => Socket.all.at(-1) as Socket

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', Socket)
  vi.stubGlobal('fetch', fetched)
  Socket.all = []
  useJobStore.setState({ ...initial, hidden: new Set(), forgotten: new Set() }, true)
  fetched.mockReset()
  fetched.mockImplementation(() => new Promise((resolve) => (answer = resolve)))
  end = goLive()
})

afterEach(() => {
  end()
  previews.clear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** The session begins with these. */
function begin(...jobs: Job[]) {
  socket().onopen?.()
  socket().say({ t: 'welcome', v: 1, hb_ms: 15_000, session: 's' })
  socket().say({ t: 'snapshot', position: 'e:1', jobs, cursor: null, queue: { depth: 0, limit: 9 }, fleet: [] })
}

function looks(visible: boolean) {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(!visible)
  document.dispatchEvent(new Event('visibilitychange'))
}

const step = (job: Job, version: number, fraction: number): JobPatch => ({
  id: job.id,
  version,
  status: 'running',
  progress: { phase: 'denoise', step: 1, steps: 8, fraction, eta_ms: null },
})

test('a snapshot fills the stores, and the first look may come before it', async () => {
  const [early, later] = [aRunningJob(), aRunningJob()]
  answer(page([early]))
  await vi.advanceTimersByTimeAsync(0)
  expect(store().running).toEqual([early.id])
  begin(later)
  expect([store().running, store().position, useFleetStore.getState().agents]).toEqual([[later.id], 'e:1', []])
})

test('an answer that comes after the sign-out is shown to nobody', async () => {
  end()
  answer(page([aRunningJob()]))
  await vi.advanceTimersByTimeAsync(0)
  expect(store().byId).toEqual({})
})

test('a refusal that comes after the next sign-in does not end that', async () => {
  const refuse = answer
  end()
  end = goLive()
  begin()
  refuse(Response.json({ code: 'unauthorized', detail: 'no' }, { status: 401 }))
  await vi.advanceTimersByTimeAsync(0)
  expect(store().link).toBe('live')
  expect(socket().close).not.toHaveBeenCalled()
})

test('a look that is refused ends the session, since a handshake does not tell why it failed', async () => {
  answer(Response.json({ code: 'unauthorized', detail: 'no' }, { status: 401 }))
  await vi.advanceTimersByTimeAsync(0)
  expect(store().link).toBe('signed-out')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(Socket.all).toHaveLength(1)
})

test('without a socket one look at a time is on its way, and one that hangs gives room', async () => {
  socket().onclose?.({ code: 1006 })
  await vi.advanceTimersByTimeAsync(14_000)
  expect(fetched).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(2000)
  expect(fetched).toHaveBeenCalledTimes(2)
})

test('while nobody looks progress is taken once a second, the end of a job at once', () => {
  const [job, other] = [aRunningJob(), aRunningJob()]
  begin(job, other)
  looks(false)
  const heard = vi.fn()
  const stop = useJobStore.subscribe(heard)
  for (let tick = 0; tick < 8; tick += 1) {
    vi.advanceTimersByTime(250)
    socket().say({ t: 'jobs', position: `e:${2 + tick}`, p: [step(job, 6 + tick, 0.5 + tick / 100)] })
  }
  expect(heard.mock.calls.length).toBeLessThanOrEqual(3)
  socket().say({ t: 'jobs', position: 'e:20', p: [{ id: other.id, version: 9, status: 'succeeded' }] })
  expect(store().byId[other.id]?.status).toBe('succeeded')
  expect(store().byId[job.id]?.progress?.fraction).toBeCloseTo(0.57)
  expect(store().position).toBe('e:20')
  stop()
})

test('who looks again sees the newest at once, and a position is never ahead of what is shown', () => {
  const job = aRunningJob()
  begin(job)
  looks(false)
  socket().say({ t: 'jobs', position: 'e:2', p: [step(job, 6, 0.5)] })
  socket().say({ t: 'jobs', position: 'e:3', p: [step(job, 7, 0.6)] })
  expect([store().position, store().byId[job.id]?.progress?.fraction]).toEqual(['e:2', 0.5])
  looks(true)
  expect([store().position, store().byId[job.id]?.progress?.fraction]).toEqual(['e:3', 0.6])
  looks(false)
  socket().say({ t: 'jobs', position: 'e:4', p: [step(job, 8, 0.7)] })
  socket().say({ t: 'hb', position: 'e:4' })
  expect([store().position, store().byId[job.id]?.progress?.fraction]).toEqual(['e:4', 0.7])
})

test('of the previews that came meanwhile only the newest is shown', () => {
  const job = aRunningJob()
  begin(job)
  const made = vi.fn(() => 'blob:1')
  URL.createObjectURL = made
  URL.revokeObjectURL = () => {}
  looks(false)
  const id = new TextEncoder().encode(job.id)
  for (let seq = 1; seq <= 5; seq += 1) {
    const bytes = new Uint8Array([1, 1, 0, id.length, 0, 0, 0, seq, ...id, 82])
    socket().onmessage?.({ data: bytes.buffer })
  }
  expect(made).not.toHaveBeenCalled()
  looks(true)
  expect(made).toHaveBeenCalledTimes(1)
  expect(previews.of(job.id)).toBe('blob:1')
})
