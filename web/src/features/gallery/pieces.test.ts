import { expect, test } from 'vitest'
import { aConfig, aFinishedJob, anOutput } from '@/test/fixtures'
import { columnsIn, tileSize } from './columns'
import { madeOf, settingsOf, timingsOf } from './facts'
import { addressOf, filterIn } from './filter'
import { frameAt, stepped, timeOf } from './frames'
import { merge } from './useGalleryPages'
import { compared, viewIn } from './viewStore'
import { othersOf, viewsOf } from './views'

const at = (minute: number) => `2026-11-30T10:${String(minute).padStart(2, '0')}:00.000Z`
const job = (id: string, minute: number) => aFinishedJob({ id, created_at: at(minute) })
const ids = (jobs: { id: string }[]) => jobs.map(({ id }) => id)
const picture = () => [
  anOutput({ content_type: 'image/png', frames: null, fps: null, duration_ms: null, poster_url: null }),
]

test('a phone has two columns, a pane three, a wide screen more', () => {
  expect([300, 366, 616, 1000, 2000].map(columnsIn)).toEqual([2, 2, 3, 5, 10])
})

test('tiles and gaps fill the row exactly', () => {
  expect(tileSize(616, 3).width * 3 + 2 * 8).toBe(616)
})

test('a filter in an address is known again, an unknown one shows all', () => {
  expect(filterIn('workflow=qwen')).toBe('qwen')
  expect(filterIn('workflow=audio')).toBe('all')
  expect(filterIn('')).toBe('all')
  expect(addressOf('i2v', 'x')).toBe('/gallery/x?workflow=i2v')
  expect(addressOf('all')).toBe('/gallery')
})

test('a job that finishes comes in at the place at which it was made', () => {
  const loaded = [job('c', 9), job('a', 5)]
  expect(ids(merge(loaded, [job('b', 7), job('d', 10)], false))).toEqual(['d', 'c', 'b', 'a'])
})

test('a job that is older than what is loaded waits for its page, unless there is none', () => {
  expect(ids(merge([job('b', 7)], [job('a', 3)], false))).toEqual(['b'])
  expect(ids(merge([job('b', 7)], [job('a', 3)], true))).toEqual(['b', 'a'])
  expect(ids(merge([], [job('a', 3)], true))).toEqual(['a'])
})

test('a job that is loaded already does not come twice', () => {
  expect(ids(merge([job('a', 5)], [job('a', 5)], true))).toEqual(['a'])
})

test('only a picture with something to compare it with offers before and after', () => {
  expect(viewsOf(aFinishedJob())).toEqual(['result', 'versus'])
  expect(viewsOf(aFinishedJob({ workflow: 'qwen', outputs: picture() }))).toEqual(['result', 'before', 'versus'])
  expect(viewIn('before', ['result', 'versus'])).toBe('result')
})

test('C goes to the before picture and back, for a video to another result and back', () => {
  expect(compared('result', ['result', 'before', 'versus'])).toBe('before')
  expect(compared('before', ['result', 'before', 'versus'])).toBe('result')
  expect(compared('result', ['result', 'versus'])).toBe('versus')
})

test('a result is compared with what it came from first, never with another medium or itself', () => {
  const mine = aFinishedJob({ id: 'me', workflow: 'qwen', parent_id: 'parent', outputs: picture() })
  const items = [
    mine,
    aFinishedJob({ id: 'clip' }),
    aFinishedJob({ id: 'large', workflow: 'upscale', outputs: picture() }),
    aFinishedJob({ id: 'edit', workflow: 'qwen', outputs: picture() }),
    aFinishedJob({ id: 'parent', workflow: 'qwen', outputs: picture() }),
  ]
  expect(ids(othersOf(mine, items, 9))).toEqual(['parent', 'edit', 'large'])
  expect(ids(othersOf(mine, items, 1))).toEqual(['parent'])
})

test('steps go frame by frame and stop at both ends', () => {
  let time = 0
  const seen: number[] = []
  for (let count = 0; count < 5; count += 1) {
    time = stepped(time, 1, 16, 4)
    seen.push(frameAt(time, 16))
  }
  expect(seen).toEqual([1, 2, 3, 3, 3])
  expect(frameAt(stepped(timeOf(0, 16), -1, 16, 4), 16)).toBe(0)
})

test('settings are named as in the form, in its order, the seed to be copied', () => {
  const facts = settingsOf(
    aFinishedJob({
      params: { prompt: 'x', preset: 'lightning', cfg_scale: 1, num_inference_steps: 8, seed: 7, odd: 3 },
    }),
    aConfig,
  )
  expect(facts.map(({ name, value }) => `${name}: ${value}`)).toEqual([
    'Workflow: Video',
    'Size: 832 × 480',
    'Length: 81 frames at 16/s',
    'Preset: Lightning',
    'Steps: 8',
    'CFG scale: 1',
    'odd: 3',
    'Seed: 7',
  ])
  expect(facts.at(-1)?.copy).toBe('7')
})

test('an engine without a model says so', () => {
  const words = (engine: string) => madeOf(aFinishedJob({ engine })).map(({ value }) => value)
  expect(words('preview')).toContain('Preview engine: no AI model ran')
  expect(words('diffsynth')).toContain('diffsynth')
})

test('only phases that occurred are told', () => {
  const timings = {
    queued_ms: 5000,
    load_ms: null,
    denoise_ms: 12_000,
    decode_ms: null,
    encode_ms: null,
    upload_ms: null,
    gpu_ms: 13_000,
  }
  expect(timingsOf(aFinishedJob({ timings }))).toEqual([
    { name: 'Waited', value: '5\u00a0s' },
    { name: 'Denoising', value: '12\u00a0s' },
    { name: 'On the GPU', value: '13\u00a0s' },
  ])
})
