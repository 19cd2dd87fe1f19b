import { expect, describe as group, test } from 'vitest'
import type { Workflow } from '@/api/types'
import type { Draft } from '@/stores/draftStore'
import { aConfig } from '@/test/fixtures'
import { problemsOf } from './schemaFor'
import { aPicture } from './testWorld'

function problems(workflow: Workflow, values: Draft['values'], pictures: Draft['pictures'] = {}) {
  const description = aConfig.workflows.find((one) => one.name === workflow)
  if (!description) throw new Error(workflow)
  const lead = description.pictures[0]?.name ?? ''
  const prompt = workflow === 'upscale' ? {} : { prompt: 'p' }
  return problemsOf(description, aConfig.limits, {
    values: { ...prompt, ...values },
    pictures: { [lead]: [aPicture()], ...pictures },
    variations: 1,
  })
}

group('a number', () => {
  test.each([
    ['num_inference_steps', 0, 1, 100, 101],
    ['cfg_scale', 0.05, 0.1, 20, 20.1],
    ['num_frames', 1, 5, 161, 165],
    ['fps', 3, 4, 60, 61],
    ['seed', -1, 0, 4_294_967_295, 4_294_967_296],
  ])('%s is refused below and above its limits and taken at them', (name, below, low, high, above) => {
    for (const value of [low, high]) expect(problems('i2v', { [name]: value })).toEqual({})
    for (const value of [below, above]) expect(problems('i2v', { [name]: value })).toHaveProperty(name)
  })

  test('between two steps is refused, with the step', () => {
    expect(problems('i2v', { num_frames: 82 }).num_frames).toBe('Frames must be 5 plus a multiple of 4; it is 82')
    expect(problems('i2v', { width: 840, height: 480 }).width).toBe('Width must be a multiple of 16; it is 840')
  })

  test('that is no whole one is refused where only those are allowed', () => {
    expect(problems('i2v', { num_inference_steps: 8.5 }).num_inference_steps).toBe('Steps must be a whole number')
    expect(problems('i2v', { cfg_scale: 3.7 })).toEqual({})
  })

  test('names the field and the limit', () => {
    expect(problems('i2v', { num_inference_steps: 101 }).num_inference_steps).toBe(
      'Steps must be from 1 to 100; it is 101',
    )
  })
})

group('a prompt', () => {
  test('of 500 characters is taken, of 501 refused with both figures', () => {
    expect(problems('i2v', { prompt: 'x'.repeat(500) })).toEqual({})
    expect(problems('i2v', { prompt: 'x'.repeat(501) }).prompt).toBe('Prompt may have 500 characters; it has 501')
  })

  test('is counted in characters, not in UTF-16 units', () => {
    expect(problems('i2v', { prompt: '🐈'.repeat(500) })).toEqual({})
    expect(problems('i2v', { prompt: '🐈'.repeat(501) })).toHaveProperty('prompt')
  })

  test('is asked for', () => {
    expect(problems('i2v', { prompt: '' }).prompt).toBe('Write what should happen')
  })
})

test('a word that is no choice is refused with the choices', () => {
  expect(problems('i2v', { preset: 'fast' }).preset).toBe('Preset must be one of lightning, quality')
})

test('pictures: none, as many as fit, one too many', () => {
  expect(problems('qwen', {}, { edit_image: [] }).edit_image).toBe('Add at least one picture')
  const three = [aPicture(), aPicture(), aPicture()]
  expect(problems('qwen', {}, { edit_image: three })).toEqual({})
  expect(problems('qwen', {}, { edit_image: [...three, aPicture()] }).edit_image).toBe('Pictures: 3 at most')
})

test('the last frame may be left out', () => {
  expect(problems('i2v', {}, { end_image: [] })).toEqual({})
})

test('both sides at once must stay within the area', () => {
  expect(problems('i2v', { width: 1280, height: 720 })).toEqual({})
  expect(problems('i2v', { width: 1280, height: 736 }).width).toBe(
    '1280 × 736 is 942,080 pixels; at most 921,600 are allowed',
  )
})

test('one side without the other is no size', () => {
  expect(problems('i2v', { width: 832 }).width).toBe('Width and height belong together: give both or neither')
})

test('an enlarged picture must stay within what may be sent in again', () => {
  const input_image = [aPicture({ width: 2048, height: 1220 })]
  expect(problems('upscale', { scale: 4 }, { input_image })).toEqual({})
  const wider = [aPicture({ width: 2049, height: 1 })]
  expect(problems('upscale', { scale: 4 }, { input_image: wider }).scale).toContain('4× would make 8196 × 4')
})
