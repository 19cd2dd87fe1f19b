import { expect, test } from 'vitest'
import { aJob } from '@/test/fixtures'
import { readFrame, readPreview } from './protocol'

/** As api/src/http/socket/frame.rs lays a preview out. */
function preview({ layout = 1, kind = 1, id = 'job-ä', seq = 258, picture = 'RIFF' } = {}): ArrayBuffer {
  const name = new TextEncoder().encode(id)
  const bytes = new TextEncoder().encode(picture)
  const view = new DataView(new ArrayBuffer(8 + name.length + bytes.length))
  view.setUint8(0, layout)
  view.setUint8(1, kind)
  view.setUint16(2, name.length)
  view.setUint32(4, seq)
  new Uint8Array(view.buffer).set(name, 8)
  new Uint8Array(view.buffer).set(bytes, 8 + name.length)
  return view.buffer
}

test('a frame is read with what this page knows of it, and more is ignored', () => {
  const patch = { id: 'a', version: 3, status: 'running' }
  expect(readFrame(JSON.stringify({ t: 'jobs', position: 'e:1', p: [patch], later: true }))).toEqual({
    t: 'jobs',
    position: 'e:1',
    p: [patch],
  })
  const snapshot = {
    t: 'snapshot',
    position: 'e:1',
    jobs: [aJob()],
    cursor: null,
    queue: { depth: 1, limit: 9 },
    fleet: [],
  }
  expect(readFrame(JSON.stringify(snapshot))).toEqual(snapshot)
})

test('what is no frame, or one of a newer server, is passed over', () => {
  for (const text of [
    '',
    'null',
    '[]',
    '{}',
    '{"t":"zoom"}',
    '{"t":"jobs","p":[]}',
    '{"t":"gone","position":"e:1","ids":"x"}',
  ]) {
    expect(readFrame(text), text).toBeNull()
  }
})

test('a preview is read to its last byte', async () => {
  const read = readPreview(preview())
  expect(read).toMatchObject({ job: 'job-ä', seq: 258 })
  expect(read?.picture.type).toBe('image/webp')
  expect(read?.picture.size).toBe(4)
})

test('a preview that is short, of another layout or of an unknown kind is none', () => {
  const whole = preview()
  for (const length of [0, 7, 8, whole.byteLength - 4]) expect(readPreview(whole.slice(0, length))).toBeNull()
  expect(readPreview(preview({ layout: 2 }))).toBeNull()
  expect(readPreview(preview({ kind: 9 }))).toBeNull()
})
