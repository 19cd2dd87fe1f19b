import { beforeEach, expect, test } from 'vitest'
import type { Workflow, WorkflowDescription } from '@/api/types'
import type { Draft } from '@/stores/draftStore'
import { aConfig } from '@/test/fixtures'
import { bodiesFor, requestsFor, seedsFor, settle } from './submit'
import { aPicture } from './testWorld'

const of = (workflow: Workflow) =>
  aConfig.workflows.find((one) => one.name === workflow) as unknown as WorkflowDescription
const draft = (change: Partial<Draft>): Draft => ({ values: {}, pictures: {}, variations: 1, ...change })

beforeEach(() => settle('i2v'))

test('only what was set by hand is sent: the server knows the rest', () => {
  const [body] = bodiesFor(of('i2v'), draft({ values: { prompt: 'p', fps: 24 } }))
  expect(body).toEqual({ prompt: 'p', fps: 24 })
})

test('a single picture goes as one, several as a list in their order', () => {
  const [one, two] = [aPicture(), aPicture()]
  const [video] = bodiesFor(of('i2v'), draft({ pictures: { input_image: [one], end_image: [two] } }))
  expect(video).toEqual({ input_image: { image_id: one.imageId }, end_image: { image_id: two.imageId } })
  const [edit] = bodiesFor(of('qwen'), draft({ pictures: { edit_image: [two, one] } }))
  expect(edit).toEqual({ edit_image: [{ image_id: two.imageId }, { image_id: one.imageId }] })
})

test('variations of a seed count up from it', () => {
  const bodies = bodiesFor(of('i2v'), draft({ values: { seed: 41 }, variations: 3 }))
  expect(bodies.map((body) => body.seed)).toEqual([41, 42, 43])
})

test('variations without a seed leave it to the server', () => {
  const bodies = bodiesFor(of('i2v'), draft({ variations: 4 }))
  expect(bodies.map((body) => 'seed' in body)).toEqual([false, false, false, false])
})

test('seeds go on at zero after the largest', () => {
  expect(seedsFor(4_294_967_295, 2, 4_294_967_295)).toEqual([4_294_967_295, 0])
})

test('a negative prompt is kept back where the engine would ignore it', () => {
  const values = { negative_prompt: 'blur' }
  expect(bodiesFor(of('i2v'), draft({ values }))[0]).not.toHaveProperty('negative_prompt')
  expect(bodiesFor(of('i2v'), draft({ values: { ...values, cfg_scale: 2 } }))[0]).toHaveProperty('negative_prompt')
  expect(bodiesFor(of('i2v'), draft({ values: { ...values, preset: 'quality' } }))[0]).toHaveProperty('negative_prompt')
})

test('the job that all pictures come from is named, one of several is not', () => {
  const from = (job: string) => aPicture({ from: job })
  const parent = (...pictures: ReturnType<typeof from>[]) =>
    bodiesFor(of('qwen'), draft({ pictures: { edit_image: pictures } }))[0]?.parent_id
  expect(parent(from('a'), from('a'))).toBe('a')
  expect(parent(from('a'), from('b'))).toBeUndefined()
  expect(parent(from('a'), aPicture())).toBeUndefined()
})

test('a press that got no answer keeps its keys for the next one, until the draft changes', () => {
  const keys = (what: Draft) => requestsFor(of('i2v'), what).map((request) => request.key)
  const same = draft({ values: { prompt: 'p' }, variations: 2 })
  const first = keys(same)
  expect(new Set(first).size).toBe(2)
  expect(keys({ ...same })).toEqual(first)
  expect(keys(draft({ values: { prompt: 'q' }, variations: 2 }))).not.toEqual(first)
})

test('after an answer the same draft is a new wish', () => {
  const what = draft({ values: { prompt: 'p' } })
  const [first] = requestsFor(of('i2v'), what)
  settle('i2v')
  expect(requestsFor(of('i2v'), what)[0]?.key).not.toBe(first?.key)
})
