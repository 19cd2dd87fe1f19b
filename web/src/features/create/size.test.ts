import { expect, test } from 'vitest'
import type { SizeRule } from '@/api/types'
import { aConfig } from '@/test/fixtures'
import crops from '../../../../tests/fixtures/pictures/crops.json'
import sizes from '../../../../tests/fixtures/pictures/sizes.json'
import { areaOf, cropOf, cropPixels, defaultSize, largestOf, shapeOf, shapeSize } from './size'

const rule = (name: string) => aConfig.workflows.find((one) => one.name === name)?.size as SizeRule
const size = (width: number, height: number) => ({ width, height })

const ofSides = ([width, height]: number[]) => size(width ?? 0, height ?? 0)

// The server's tests read the same file: shared/tests/workflow_requests.rs.
test.each(sizes.i2v)('the frame of a video from $picture is $size, as the server has it', (one) => {
  expect(defaultSize('i2v', ofSides(one.picture), rule('i2v'))).toEqual(ofSides(one.size))
})

test.each(sizes.qwen)('the edit of $picture is $size, as the server has it', (one) => {
  expect(defaultSize('qwen', ofSides(one.picture), rule('qwen'))).toEqual(ofSides(one.size))
})

test('enlarging has no size of its own', () => {
  expect(defaultSize('upscale', size(640, 480), null)).toBeNull()
})

// The engines' tests read the same file: python/tests/media/test_picture.py.
test.each(crops)('of $picture a result of $size shows what the engines take', ({ picture, size: result, kept }) => {
  const whole = ofSides(picture)
  const { x, y, width, height } = cropOf(whole, ofSides(result))
  expect(x * whole.width).toBeCloseTo(kept.x, 1)
  expect(y * whole.height).toBeCloseTo(kept.y, 1)
  expect(width * whole.width).toBeCloseTo(kept.width, 1)
  expect(height * whole.height).toBeCloseTo(kept.height, 1)
})

test('the pixels that stay are those of the picture', () => {
  const picture = size(1920, 1080)
  expect(cropPixels(picture, cropOf(picture, size(832, 464)))).toEqual(size(1920, 1071))
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
