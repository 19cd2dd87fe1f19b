import { expect, test } from 'vitest'
import { aFinishedJob, aJob, aRunningJob } from '@/test/fixtures'
import { fold, group } from './fold'

const NONE = { running: [], waiting: [], recent: [] }

test('what is late changes nothing', () => {
  const job = aRunningJob({ version: 7 })
  expect(fold(job, { id: job.id, version: 6, status: 'queued' })).toBe(job)
})

test('the same again keeps the job itself, so that nobody draws it anew', () => {
  const job = aRunningJob()
  expect(fold(job, structuredClone(job))).toBe(job)
})

test('a place in line moves without a version', () => {
  const job = aJob({ queue_position: 4 })
  expect(fold(job, { id: job.id, version: job.version, queue_position: 3 })?.queue_position).toBe(3)
})

test('a new attempt has a higher version, and its progress begins again', () => {
  const job = aRunningJob({ version: 7 })
  const back = fold(job, { id: job.id, version: 8, status: 'queued', attempts: 1, losses: 1, progress: null })
  expect(back).toMatchObject({ status: 'queued', losses: 1, progress: null, params: job.params })
})

test('a patch of an unknown job is no job, a whole one is', () => {
  const job = aJob()
  expect(fold(undefined, { id: job.id, version: 3, status: 'running' })).toBeUndefined()
  expect(fold(undefined, job)).toBe(job)
})

test('a list, which has the prompt alone, takes no parameters away', () => {
  const job = aJob({ params: { prompt: 'a', width: 832 } })
  expect(fold(job, { ...job, version: 2, params: { prompt: 'a' } })?.params).toEqual({ prompt: 'a', width: 832 })
})

test('groups are in the order in which things happen', () => {
  const jobs = [
    aFinishedJob({ id: 'old', finished_at: '2026-11-30T10:00:00Z' }),
    aFinishedJob({ id: 'new', finished_at: '2026-11-30T11:00:00Z' }),
    aJob({ id: 'second', created_at: '2026-11-30T10:00:02Z' }),
    aJob({ id: 'first', created_at: '2026-11-30T10:00:01Z' }),
    aRunningJob({ id: 'runs' }),
    aJob({ id: 'given', status: 'assigned' }),
  ]
  const groups = group(Object.fromEntries(jobs.map((job) => [job.id, job])), NONE)
  expect(groups.waiting).toEqual(['first', 'second'])
  expect(groups.recent).toEqual(['new', 'old'])
  expect(new Set(groups.running)).toEqual(new Set(['runs', 'given']))
})

test('groups in which nothing moved are the same lists', () => {
  const byId = Object.fromEntries([aRunningJob(), aJob()].map((job) => [job.id, job]))
  const groups = group(byId, NONE)
  const again = group(structuredClone(byId), groups)
  expect(again.running).toBe(groups.running)
  expect(again.waiting).toBe(groups.waiting)
})
