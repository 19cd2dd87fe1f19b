import { expect, test } from 'vitest'
import type { SizeRule } from '@/api/types'
import { aConfig } from '@/test/fixtures'
import { areaOf, cropOf, cropPixels, defaultSize, largestOf, shapeOf, shapeSize } from './size'

const rule = (name: string) => aConfig.workflows.find((one) => one.name === name)?.size as SizeRule
const size = (width: number, height: number) => ({ width, height })

// The same pairs as in shared/tests/workflow_requests.rs.
test.each([
  [size(832, 480), size(832, 480)],
  [size(480, 832), size(480, 832)],
  [size(1920, 1080), size(832, 464)],
  [size(1080, 1920), size(464, 832)],
  [size(512, 512), size(624, 624)],
  [size(451, 300), size(768, 512)],
  [size(8192, 1000), size(1280, 144)],
  [size(8192, 1), size(1280, 128)],
  [size(1, 8192), size(128, 1280)],
  [size(1, 1), size(624, 624)],
])('the frame of a video from %o is %o, as the server has it', (picture, frame) => {
  expect(defaultSize('i2v', picture, rule('i2v'))).toEqual(frame)
})

test.each([
  [size(1024, 1024), size(1024, 1024)],
  [size(640, 480), size(1184, 896)],
  [size(1920, 1080), size(1376, 768)],
  [size(1080, 1920), size(768, 1376)],
  [size(451, 300), size(1248, 832)],
  [size(8192, 1), size(12_480, 128)],
  [size(1, 8192), size(128, 12_480)],
])('the edit of %o is %o, as the server has it', (picture, edited) => {
  expect(defaultSize('qwen', picture, rule('qwen'))).toEqual(edited)
})

test('enlarging has no size of its own', () => {
  expect(defaultSize('upscale', size(640, 480), null)).toBeNull()
})

test('a wider picture loses its sides evenly, a higher one top and bottom', () => {
  expect(cropOf(size(1000, 500), size(500, 500))).toEqual({ x: 0.25, y: 0, width: 0.5, height: 1 })
  expect(cropOf(size(500, 1000), size(500, 500))).toEqual({ x: 0, y: 0.25, width: 1, height: 0.5 })
})

test('the pixels that stay are those of the picture', () => {
  const picture = size(1920, 1080)
  expect(cropPixels(picture, cropOf(picture, size(832, 464)))).toEqual(size(1920, 1071))
})

test('a picture of the same shape is used whole', () => {
  expect(cropOf(size(1664, 960), size(832, 480))).toEqual({ x: 0, y: 0, width: 1, height: 1 })
})

test('each button stands for a size within the rule, and is found again by it', () => {
  for (const workflow of ['i2v', 'qwen'] as const) {
    const { multiple_of, max_area, max_side } = rule(workflow)
    for (const shape of ['wide', 'tall', 'square'] as const) {
      for (const area of ['small', 'large'] as const) {
        const found = shapeSize(workflow, shape, area)
        expect(found.width % multiple_of).toBe(0)
        expect(found.height % multiple_of).toBe(0)
        expect(found.width * found.height).toBeLessThanOrEqual(max_area)
        expect(Math.max(found.width, found.height)).toBeLessThanOrEqual(max_side)
        expect(shapeOf(workflow, found)).toBe(shape)
      }
    }
  }
  expect(shapeOf('i2v', {})).toBe('picture')
  expect(shapeOf('i2v', size(800, 480))).toBe('custom')
})

test('the largest size of a shape stays within area, sides and multiples', () => {
  expect(largestOf(size(16, 9), 921_600, rule('i2v'))).toEqual(size(1280, 720))
  expect(largestOf(size(5, 1), 921_600, rule('i2v'))).toEqual(size(1280, 256))
  expect(largestOf(size(1, 5), 921_600, rule('i2v'))).toEqual(size(256, 1280))
})

test('a frame above 832 × 480 pixels counts as large', () => {
  expect(areaOf(size(832, 480))).toBe('small')
  expect(areaOf(size(832, 496))).toBe('large')
})
