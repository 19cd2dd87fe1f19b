import { beforeEach, expect, test } from 'vitest'
import { aFinishedJob, aJob, aRunningJob } from '@/test/fixtures'
import { onTransition, type Transition, useJobStore } from './jobStore'

const initial = useJobStore.getInitialState()
const store = () => useJobStore.getState()
const page = (items: ReturnType<typeof aJob>[]) => ({ items, cursor: null, position: 'e:99' })
const queue = { depth: 0, limit: 10 }

beforeEach(() => useJobStore.setState(initial, true))

test('a page that comes late never moves a job back', () => {
  const job = aFinishedJob({ version: 9 })
  store().replace({ position: 'e:5', jobs: [job], cursor: null, queue })
  store().setJobs(page([aRunningJob({ id: job.id, version: 4 })]))
  expect(store().byId[job.id]?.status).toBe('succeeded')
  expect(store().recent).toEqual([job.id])
})

test("a page's position is not the socket's", () => {
  store().replace({ position: 'e:5', jobs: [], cursor: null, queue })
  store().setJobs(page([aJob()]))
  expect(store().position).toBe('e:5')
})

test('a tick of one job keeps every other job and every list', () => {
  const [one, other] = [aRunningJob(), aRunningJob()]
  store().replace({ position: 'e:5', jobs: [one, other], cursor: null, queue })
  const before = store()
  store().apply('e:6', [
    { id: one.id, version: 6, progress: { phase: 'denoise', step: 3, steps: 8, fraction: 0.5, eta_ms: null } },
  ])
  expect(store().byId[other.id]).toBe(other)
  expect(store().byId[one.id]).not.toBe(one)
  expect(store().running).toBe(before.running)
})

test('a snapshot takes the place of all that was known, and tells what ended meanwhile', () => {
  const [gone, ended] = [aRunningJob(), aRunningJob({ version: 5 })]
  store().replace({ position: 'e:5', jobs: [gone, ended], cursor: null, queue })
  const heard: Transition[] = []
  const stop = onTransition((transition) => heard.push(transition))
  store().replace({ position: 'e:9', jobs: [aFinishedJob({ id: ended.id, version: 8 })], cursor: null, queue })
  stop()
  expect(Object.keys(store().byId)).toEqual([ended.id])
  expect(heard.map(({ job, from }) => [job.id, from, job.status])).toEqual([[ended.id, 'running', 'succeeded']])
})

test('what was there when the page opened is no news', () => {
  const heard: Transition[] = []
  const stop = onTransition((transition) => heard.push(transition))
  store().setJobs(page([aFinishedJob(), aRunningJob()]))
  stop()
  expect(heard).toEqual([])
})

test('jobs that are gone leave their lists', () => {
  const job = aFinishedJob()
  store().setJobs(page([job]))
  store().forget([job.id], 'e:6')
  expect([store().recent, store().byId, store().position]).toEqual([[], {}, 'e:6'])
})

test('a session that ends takes its jobs along, and is told only if it took something', () => {
  store().replace({ position: 'e:5', jobs: [aFinishedJob()], cursor: null, queue })
  store().reset()
  expect([store().resetAt, store().position, store().recent]).toEqual([null, null, []])
  store().replace({ position: 'f:1', jobs: [aRunningJob()], cursor: null, queue })
  store().reset()
  expect(store().resetAt).not.toBeNull()
})

test('an answer that is slower than the news of a deletion brings no job back', () => {
  const job = aFinishedJob()
  store().setJobs(page([job]))
  store().forget([job.id], 'e:6')
  store().setJobs(page([job]))
  store().apply('e:7', [job])
  expect([store().recent, store().byId]).toEqual([[], {}])
})

test('an answer of the session that ended brings none of its jobs back', () => {
  const job = aRunningJob()
  store().replace({ position: 'e:5', jobs: [job], cursor: null, queue })
  store().reset()
  store().setJobs(page([job]))
  expect(store().running).toEqual([])
})

test('a session whose end was told live is not told as another loss when the page reconnects', () => {
  store().welcome('e')
  store().replace({ position: 'e:5', jobs: [aRunningJob()], cursor: null, queue })
  store().reset()
  useJobStore.setState({ resetAt: null })
  const job = aRunningJob()
  store().replace({ position: 'f:1', jobs: [job], cursor: null, queue })
  store().welcome('f')
  expect([store().running, store().resetAt]).toEqual([[job.id], null])
})

test('the ids of what is gone do not pile up for ever', () => {
  for (let round = 0; round < 60; round += 1) {
    store().forget(Array.from({ length: 100 }, (_, index) => `${round}-${index}`))
  }
  expect(store().forgotten.size).toBe(5000)
  expect(store().forgotten.has('59-99')).toBe(true)
})

test('whoever signs in next finds nothing of the one before', () => {
  store().welcome('e')
  store().replace({ position: 'e:5', jobs: [aRunningJob(), aFinishedJob({ id: 'deleted' })], cursor: 'c', queue })
  store().hide(['deleted'])
  store().forget(['deleted'])
  store().clear()
  expect(store()).toMatchObject({ ...initial, hidden: new Set(), forgotten: new Set() })
})

test('a server that greets with another session has none of the jobs that are shown', () => {
  store().welcome('e')
  store().replace({ position: 'e:5', jobs: [aRunningJob()], cursor: null, queue })
  store().welcome('e')
  expect([store().running.length, store().resetAt]).toEqual([1, null])
  store().welcome('f')
  expect([store().running, store().position]).toEqual([[], null])
  expect(store().resetAt).not.toBeNull()
})
