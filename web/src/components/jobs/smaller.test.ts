import { expect, test } from 'vitest'
import type { JobConfig } from '@/api/jobs'
import { smaller } from './smaller'

const video = (change: object): JobConfig => ({ workflow: 'i2v', prompt: 'p', num_frames: 81, ...change })

test.each([
  [
    { width: 1280, height: 720 },
    { width: 832, height: 480 },
  ],
  [
    { width: 720, height: 1280 },
    { width: 480, height: 832 },
  ],
  [
    { width: 960, height: 960 },
    { width: 624, height: 624 },
  ],
])('a large video becomes the size that the model was made for: %o', (size, wanted) => {
  const less = smaller(video(size))
  expect(less?.change).toEqual({ size: wanted })
  expect(less?.config).toEqual(video(wanted))
})

test('a video of that size becomes shorter, until it is short', () => {
  const size = { width: 832, height: 480 }
  expect(smaller(video({ ...size, num_frames: 161 }))?.change).toEqual({ frames: 81 })
  expect(smaller(video({ ...size, num_frames: 81 }))?.config).toEqual(video({ ...size, num_frames: 49 }))
  expect(smaller(video({ ...size, num_frames: 33 }))).toBeNull()
  // A size that follows the picture is about as large.
  expect(smaller(video({ num_frames: 121 }))?.change).toEqual({ frames: 81 })
})

test('an edit shrinks in its shape, in steps that are allowed', () => {
  const less = smaller({ workflow: 'qwen', width: 1600, height: 992 })
  expect(less?.change).toEqual({ size: { width: 1280, height: 800 } })
  expect(smaller({ workflow: 'qwen' })?.change).toEqual({ size: { width: 768, height: 768 } })
  expect(smaller({ workflow: 'qwen', width: 512, height: 512 })).toBeNull()
})

test('an enlargement becomes half as large', () => {
  expect(smaller({ workflow: 'upscale', scale: 4 })?.config).toEqual({ workflow: 'upscale', scale: 2 })
  expect(smaller({ workflow: 'upscale', scale: 2 })).toBeNull()
})
