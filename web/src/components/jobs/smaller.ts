import type { JobConfig } from '@/api/jobs'

interface Size {
  width: number
  height: number
}

/** The same job with less to compute, and what was changed. */
export interface Smaller {
  config: JobConfig
  change: { size: Size } | { frames: number } | { scale: number }
}

/** What the video model was made for: the least that is worth trying first. */
const VIDEO_AREA = 832 * 480
const VIDEO_FRAMES = [81, 49, 33]
const EDIT_AREAS = [1024 * 1024, 768 * 768, 512 * 512]
const EDIT_STEP = 32

/** The next smaller job that is likely to fit into the GPU; null when it is as small as makes sense. */
export function smaller(config: JobConfig): Smaller | null {
  switch (config.workflow) {
    case 'i2v':
      return smallerVideo(config)
    case 'qwen':
      return smallerEdit(config)
    case 'upscale':
      return Number(config.scale) > 2 ? { config: { ...config, scale: 2 }, change: { scale: 2 } } : null
  }
}

function smallerVideo(config: JobConfig): Smaller | null {
  const size = sizeOf(config)
  if (size && size.width * size.height > VIDEO_AREA) return withSize(config, videoSize(size))
  const now = Number(config.num_frames)
  const frames = VIDEO_FRAMES.find((count) => count < now)
  return frames === undefined ? null : { config: { ...config, num_frames: frames }, change: { frames } }
}

function videoSize({ width, height }: Size): Size {
  const ratio = width / height
  if (ratio > 1.2) return { width: 832, height: 480 }
  if (ratio < 1 / 1.2) return { width: 480, height: 832 }
  return { width: 624, height: 624 }
}

function smallerEdit(config: JobConfig): Smaller | null {
  // Without a size the engine takes its own, of about a megapixel.
  const size = sizeOf(config) ?? { width: 1024, height: 1024 }
  const area = EDIT_AREAS.find((one) => one < size.width * size.height)
  if (area === undefined) return null
  const scale = Math.sqrt(area / (size.width * size.height))
  const scaled = (side: number) => Math.max(128, Math.floor((side * scale) / EDIT_STEP) * EDIT_STEP)
  return withSize(config, { width: scaled(size.width), height: scaled(size.height) })
}

function withSize(config: JobConfig, size: Size): Smaller {
  return { config: { ...config, ...size }, change: { size } }
}

function sizeOf({ width, height }: JobConfig): Size | null {
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : null
}
