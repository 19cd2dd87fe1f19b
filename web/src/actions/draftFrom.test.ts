import { expect, test } from 'vitest'
import { aConfig } from '@/test/fixtures'
import { draftFrom, type Reading } from './draftFrom'

const exported = {
  workflow: 'i2v',
  priority: 'normal',
  prompt: 'the cat turns its head',
  preset: 'lightning',
  num_inference_steps: 8,
  cfg_scale: 1,
  width: 768,
  height: 512,
  num_frames: 81,
  fps: 16,
  seed: 7,
  input_image: { image_id: 'a.1' },
}

function read(change: Record<string, unknown>): Reading {
  const reading = draftFrom({ ...exported, ...change } as typeof exported, aConfig)
  if (typeof reading === 'string') throw new Error(reading)
  return reading
}

test('what equals the defaults is left to them, what is the job’s own is kept', () => {
  const reading = read({})
  expect(reading.values).toEqual({ prompt: 'the cat turns its head', width: 768, height: 512, seed: 7 })
  expect(reading.pictures).toEqual({ input_image: [{ image_id: 'a.1' }] })
  expect(reading.warnings).toEqual([])
})

test('a default follows the preset: eight steps are no default in quality', () => {
  expect(read({ preset: 'quality' }).values).toMatchObject({ preset: 'quality', num_inference_steps: 8, cfg_scale: 1 })
  expect(read({ preset: 'quality', num_inference_steps: 40 }).values).not.toHaveProperty('num_inference_steps')
})

test('a priority that is not the usual one is taken', () => {
  expect(read({ priority: 'high' }).values.priority).toBe('high')
})

test('an unknown workflow is refused with a sentence that names it', () => {
  expect(draftFrom({ workflow: 'audio' }, aConfig)).toContain('“audio”')
})

test('unknown keys are left out and named', () => {
  const reading = read({ sampler: 'euler', lora: 'x' })
  expect(reading.values).not.toHaveProperty('sampler')
  expect(reading.warnings).toEqual([expect.stringMatching(/“sampler”, “lora”/)])
})

test.each([
  ['above the most', { num_inference_steps: 101 }, 'num_inference_steps', /101.*100/],
  ['between two steps', { num_frames: 82 }, 'num_frames', /82/],
  ['no choice', { preset: 'turbo' }, 'preset', /turbo/],
  ['of another kind', { seed: 'seven' }, 'seed', /Seed/],
  ['not whole', { seed: 1.5 }, 'seed', /Seed/],
  ['too long', { prompt: 'x'.repeat(501) }, 'prompt', /501.*500/],
])('a value that is %s is left out, not bent', (_what, change, field, sentence) => {
  const reading = read(change)
  expect(reading.values).not.toHaveProperty(field)
  expect(reading.warnings).toEqual([expect.stringMatching(sentence)])
})

test('values at the limits are taken', () => {
  const reading = read({ num_inference_steps: 100, seed: 4294967295, num_frames: 161, prompt: '🐈'.repeat(500) })
  expect(reading.warnings).toEqual([])
  expect(reading.values).toMatchObject({ num_inference_steps: 100, seed: 4294967295, num_frames: 161 })
})

test('a size that is allowed side by side but too large as a whole is left out with both sides', () => {
  const reading = read({ width: 1280, height: 1280 })
  expect(reading.values).not.toHaveProperty('width')
  expect(reading.values).not.toHaveProperty('height')
  expect(reading.warnings).toEqual([expect.stringContaining('1280 × 1280')])
})

test('what a result’s metadata says beside its settings is no news', () => {
  const { input_image: _picture, priority: _priority, ...params } = exported
  const metadata = {
    ...params,
    software: 'spool 0.1.0',
    engine: 'preview',
    notice: 'x',
    end_image: false,
    motions: [],
    looks: [],
  }
  const reading = draftFrom(metadata, aConfig)
  expect(reading).toMatchObject({ warnings: [], pictures: {} })
  const upscaled = {
    workflow: 'upscale',
    software: 'spool 0.1.0',
    engine: 'upscale',
    model: 'x',
    weights_sha256: 'y',
    scale: 4,
    seed: 1,
  }
  expect(draftFrom(upscaled, aConfig)).toEqual({
    workflow: 'upscale',
    values: { scale: 4, seed: 1 },
    pictures: {},
    warnings: [],
  })
})

test('what the engine for GPUs tells of its models and schedule is no news either', () => {
  const { input_image: _picture, priority: _priority, ...params } = exported
  const told = {
    diffsynth: '2.1.12',
    torch: '2.15.0',
    models: { high: 'high_noise_model/x.safetensors' },
    sha256: { vae: ['ab'] },
    shift: 5,
    switch: 0.875,
    high_noise_steps: 4,
    scheduler: 'Qwen-Image-Lightning',
    ncnn: '1.0',
  }
  const reading = draftFrom({ ...params, software: 'spool 0.1.0', engine: 'diffsynth', ...told }, aConfig)
  expect(reading).toMatchObject({ warnings: [], pictures: {} })
})

test('a file by a newer version says so, one by an older does not', () => {
  expect(read({ software: 'spool 0.10.0' }).warnings).toEqual([expect.stringContaining('0.10.0')])
  expect(read({ software: 'spool 0.0.9' }).warnings).toEqual([])
})

test('several pictures stay in their order', () => {
  const edit = { workflow: 'qwen', prompt: 'x', edit_image: [{ image_id: 'b.1' }, 'AAAA'] }
  expect(draftFrom(edit, aConfig)).toMatchObject({ pictures: { edit_image: [{ image_id: 'b.1' }, 'AAAA'] } })
})
