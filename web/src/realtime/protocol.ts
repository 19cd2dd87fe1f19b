import * as v from 'valibot'
import type { Agent, Job, JobPatch } from '@/api/types'

/** The version of the socket's protocol that this page speaks. */
export const VERSION = 1

/** How a server ends a socket; api/src/http/socket/mod.rs has the table. */
export const CLOSE = { signedOut: 4001, outdated: 4002, restarting: 4003, later: 1013 } as const

const position = v.string()
const queue = v.object({ depth: v.number(), limit: v.number() })
// The server's types are checked where they are made; here only that a frame is what its name says.
const job = v.custom<Job>((value) => isRecord(value) && typeof value.id === 'string')
const patch = v.custom<Job | JobPatch>(
  (value) => isRecord(value) && typeof value.id === 'string' && typeof value.version === 'number',
)
const agents = v.array(v.custom<Agent>((value) => isRecord(value) && typeof value.id === 'string'))

const frame = v.variant('t', [
  v.object({ t: v.literal('welcome'), v: v.number(), hb_ms: v.number(), session: v.string() }),
  v.object({
    t: v.literal('snapshot'),
    position,
    jobs: v.array(job),
    cursor: v.nullable(v.string()),
    queue,
    fleet: agents,
  }),
  v.object({ t: v.literal('resumed'), position }),
  v.object({ t: v.literal('jobs'), position, p: v.array(patch) }),
  v.object({ t: v.literal('gone'), position, ids: v.array(v.string()) }),
  v.object({ t: v.literal('queue'), ...queue.entries }),
  v.object({ t: v.literal('fleet'), agents }),
  v.object({ t: v.literal('hb'), position }),
  v.object({ t: v.literal('reset'), why: v.string() }),
])

export type ServerFrame = v.InferOutput<typeof frame>

/** A text frame; null for one that a newer server sends, or that is broken. */
export function readFrame(text: string): ServerFrame | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const read = v.safeParse(frame, value)
  return read.success ? read.output : null
}

export interface PreviewFrame {
  job: string
  /** Grows within an attempt. */
  seq: number
  picture: Blob
}

const LAYOUT = 1
const KINDS: Record<number, string> = { 1: 'image/webp' }
const HEAD = 8

/**
 * A binary frame: `u8 layout | u8 kind | u16 length of the id | u32 number | id | picture`, big-endian.
 * Null for another layout, an unknown kind, or one that is too short.
 */
export function readPreview(buffer: ArrayBuffer): PreviewFrame | null {
  if (buffer.byteLength < HEAD) return null
  const view = new DataView(buffer)
  const type = KINDS[view.getUint8(1)]
  const start = HEAD + view.getUint16(2)
  if (view.getUint8(0) !== LAYOUT || type === undefined || buffer.byteLength <= start) return null
  return {
    job: new TextDecoder().decode(new Uint8Array(buffer, HEAD, start - HEAD)),
    seq: view.getUint32(4),
    picture: new Blob([new Uint8Array(buffer, start)], { type }),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
