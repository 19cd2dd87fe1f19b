import { latin } from './bytes'
import { readSettings, type Settings } from './settings'

/** The index of a long video; beyond this it is no file of ours. */
const LARGEST = 32 << 20

export function isMp4(head: Uint8Array): boolean {
  return name(head, 4) === 'ftyp'
}

/**
 * The JSON in the comment: `moov/meta`, whose `keys` names what its `ilst` holds (FFmpeg's use_metadata_tags), or
 * `moov/udta/meta`, where an item's own name is its key, as other tools write it. Reads the index and no pictures.
 */
export async function readMp4(file: Blob): Promise<Settings | null> {
  for (let at = 0; at + 8 <= file.size; ) {
    const head = new Uint8Array(await file.slice(at, at + 16).arrayBuffer())
    const size = sizeOf(head, 0, file.size - at)
    if (size === null) return null
    if (name(head, 4) === 'moov') {
      if (size > LARGEST || at + size > file.size) return null
      const moov = new Uint8Array(await file.slice(at + headOf(head, 0), at + size).arrayBuffer())
      const comment = find(moov)
      return comment === null ? null : readSettings(comment)
    }
    at += size
  }
  return null
}

function find(moov: Uint8Array): string | null {
  const udta = child(moov, 'udta')
  for (const place of [moov, udta]) {
    const meta = place && child(place, 'meta')
    const comment = meta && commentOf(meta)
    if (comment) return comment
  }
  return null
}

function commentOf(meta: Uint8Array): string | null {
  // MP4 has a version before the boxes, QuickTime has not.
  const boxes = name(meta, 4) === 'hdlr' ? meta : meta.subarray(4)
  const ilst = child(boxes, 'ilst')
  if (!ilst) return null
  const keys = child(boxes, 'keys')
  const wanted = keys ? indexOf(keys, 'comment') : null
  for (const item of boxesIn(ilst)) {
    const ours = wanted === null ? item.type === '©cmt' : item.number === wanted
    const data = ours ? child(item.content, 'data') : null
    // Type and language come before the text.
    if (data && data.length >= 8) return new TextDecoder().decode(data.subarray(8))
  }
  return null
}

/** The number, from 1, of a key in `version count (size namespace name)…`. */
function indexOf(keys: Uint8Array, key: string): number | null {
  const view = viewOf(keys)
  for (let at = 8, number = 1; at + 8 <= keys.length; number += 1) {
    const size = view.getUint32(at)
    if (size < 8) return null
    if (latin(keys.subarray(at + 8, at + size)) === key) return number
    at += size
  }
  return null
}

interface Box {
  type: string
  /** The type read as a number, which in an `ilst` with keys it is. */
  number: number
  content: Uint8Array
}

function* boxesIn(bytes: Uint8Array): Generator<Box> {
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = sizeOf(bytes, at, bytes.length - at)
    if (size === null || at + size > bytes.length) return
    yield {
      type: name(bytes, at + 4),
      number: viewOf(bytes).getUint32(at + 4),
      content: bytes.subarray(at + headOf(bytes, at), at + size),
    }
    at += size
  }
}

function child(bytes: Uint8Array, type: string): Uint8Array | null {
  for (const box of boxesIn(bytes)) if (box.type === type) return box.content
  return null
}

/** Of the whole box: 0 means to the end, 1 that 64 bits follow. Null when it cannot be. */
function sizeOf(bytes: Uint8Array, at: number, left: number): number | null {
  const view = viewOf(bytes)
  const short = view.getUint32(at)
  if (short === 0) return left
  if (short > 1) return short < 8 ? null : short
  if (bytes.length < at + 16) return null
  const long = Number(view.getBigUint64(at + 8))
  return long < 16 ? null : long
}

function headOf(bytes: Uint8Array, at: number): number {
  return viewOf(bytes).getUint32(at) === 1 ? 16 : 8
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function name(bytes: Uint8Array, at: number): string {
  return latin(bytes.subarray(at, at + 4))
}
