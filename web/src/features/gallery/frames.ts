/** Which frame a time is in, from 0. Times are a little off what was asked for. */
export function frameAt(seconds: number, fps: number): number {
  return Math.floor(seconds * fps + 1e-3)
}

/** The middle of a frame: at its edge a browser may show the one before. */
export function timeOf(frame: number, fps: number): number {
  return (frame + 0.5) / fps
}

/** The time `by` frames on, within the video. */
export function stepped(seconds: number, by: number, fps: number, frames: number): number {
  return timeOf(Math.min(frames - 1, Math.max(0, frameAt(seconds, fps) + by)), fps)
}

export const RATES = [0.25, 0.5, 1, 1.5, 2] as const
