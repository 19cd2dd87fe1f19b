import type { JobInput, JobOutput } from '@/api/types'
import { address } from '@/lib/base'

/** The sizes that the server makes, longer side in pixels. */
const SIZES = [256, 512, 1024] as const

/** A small copy that is sharp at this many CSS pixels. */
export function thumbnailOf(file: JobOutput | JobInput, pixels: number): string {
  const needed = pixels * Math.min(window.devicePixelRatio || 1, 2)
  const size = SIZES.find((one) => one >= needed) ?? 1024
  return address(`${file.url}/thumbnail?size=${size}`)
}

/** The picture as it is seen: a stored file says nothing of how it is to be turned, a small copy is upright. */
export function uprightOf(input: JobInput): string {
  return input.orientation === 1 ? address(input.url) : thumbnailOf(input, 1024)
}
