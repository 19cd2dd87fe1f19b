import type { SizeRule, Workflow } from '@/api/types'
import type { Size } from '@/lib/orientation'
import type { DraftPicture } from '@/stores/draftStore'

export type { Size }

/** 832 × 480, the smaller of the two sizes that Wan 2.2 was released for; shared/src/class.rs. */
export const P480_PIXELS = 832 * 480
const EDIT_PIXELS = 1024 * 1024

const downTo = (side: number, unit: number) => Math.floor(side / unit) * unit

/** The frame size for a picture, as shared/src/workflow/i2v.rs has it: its aspect at the area of 832 × 480. */
function frameSize(picture: Size): Size {
  const long = Math.max(picture.width, picture.height, 1)
  const short = Math.max(Math.min(picture.width, picture.height), 1)
  const root = (area: number) => Math.floor(Math.sqrt(Math.floor(area)))
  let longer = downTo(root((P480_PIXELS * long) / short), 16)
  let shorter = downTo(root((P480_PIXELS * short) / long), 16)
  if (longer > 1280) {
    longer = 1280
    shorter = Math.max(128, downTo(Math.floor((1280 * short) / long), 16))
  }
  return picture.width >= picture.height ? { width: longer, height: shorter } : { width: shorter, height: longer }
}

/** Halves go to the even number, as Python's `round` and Rust's `round_ties_even` do it. */
function roundTiesEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/** The size for an edited picture, as shared/src/workflow/qwen.rs has it: its aspect at 1024 × 1024 pixels. */
function editSize(picture: Size, rule: SizeRule): Size {
  const ratio = Math.max(1, picture.width) / Math.max(1, picture.height)
  const width = Math.sqrt(EDIT_PIXELS * ratio)
  const side = (value: number) => Math.min(rule.max_side, Math.max(rule.min_side, roundTiesEven(value / 32) * 32))
  return { width: side(width), height: side(width / ratio) }
}

/** The size that the server takes when none is set; null for a workflow that has no such rule. */
export function defaultSize(workflow: Workflow, picture: Size, rule: SizeRule | null): Size | null {
  if (rule === null) return null
  return workflow === 'qwen' ? editSize(picture, rule) : frameSize(picture)
}

/**
 * What of a picture is seen in a result of this size, in shares of the picture. Engines fill the result and cut off
 * evenly what stands over (python/src/spool/media/picture.py, `cover`).
 */
export interface Crop {
  x: number
  y: number
  width: number
  height: number
}

export function cropOf(picture: Size, result: Size): Crop {
  const wanted = result.width / result.height
  const has = picture.width / picture.height
  if (has > wanted) {
    const width = wanted / has
    return { x: (1 - width) / 2, y: 0, width, height: 1 }
  }
  const height = has / wanted
  return { x: 0, y: (1 - height) / 2, width: 1, height }
}

/** The pixels of the picture that stay, for words. */
export function cropPixels(picture: Size, crop: Crop): Size {
  return { width: Math.round(picture.width * crop.width), height: Math.round(picture.height * crop.height) }
}

/** The largest size of this shape within an area, each side down to what the rule allows. */
export function largestOf(shape: Size, area: number, rule: SizeRule): Size {
  const ratio = shape.width / shape.height
  const width = Math.min(Math.sqrt(Math.min(area, rule.max_area) * ratio), rule.max_side, rule.max_side * ratio)
  const held = (side: number) => Math.max(rule.min_side, downTo(side + 1e-6, rule.multiple_of))
  return { width: held(width), height: held(width / ratio) }
}

export type Shape = 'picture' | 'wide' | 'tall' | 'square' | 'custom'
export type Area = 'small' | 'large'

type Button = 'wide' | 'tall' | 'square'

/** Sizes that Wan 2.2 was made for. */
const FRAMES: Record<Area, Record<Button, Size>> = {
  small: { wide: { width: 832, height: 480 }, tall: { width: 480, height: 832 }, square: { width: 624, height: 624 } },
  large: {
    wide: { width: 1280, height: 720 },
    tall: { width: 720, height: 1280 },
    square: { width: 960, height: 960 },
  },
}

/** Those of Qwen-Image-Edit, which has one area. */
const EDITS: Record<Button, Size> = {
  wide: { width: 1376, height: 768 },
  tall: { width: 768, height: 1376 },
  square: { width: 1024, height: 1024 },
}

/** The size that a button stands for. */
export function shapeSize(workflow: 'i2v' | 'qwen', shape: Button, area: Area): Size {
  return workflow === 'qwen' ? EDITS[shape] : FRAMES[area][shape]
}

/** Which button a size stands under. */
export function shapeOf(workflow: 'i2v' | 'qwen', size: Partial<Size>): Shape {
  if (size.width === undefined && size.height === undefined) return 'picture'
  for (const area of ['small', 'large'] as const) {
    for (const shape of ['wide', 'tall', 'square'] as const) {
      const known = shapeSize(workflow, shape, area)
      if (known.width === size.width && known.height === size.height) return shape
    }
  }
  return 'custom'
}

/** Whether a frame needs an agent of the larger class. */
export function areaOf(size: Size): Area {
  return size.width * size.height <= P480_PIXELS ? 'small' : 'large'
}

export function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height
}

export function sizeOf(picture: DraftPicture | undefined): Size | null {
  return picture ? { width: picture.width, height: picture.height } : null
}
