import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readFile } from './read'

const fixture = (name: string) => Uint8Array.from(readFileSync(`${import.meta.dirname}/fixtures/${name}`))
const file = (bytes: Uint8Array<ArrayBuffer> | string, name: string, type = '') => new File([bytes], name, { type })

test('a picture tells its settings, whatever its prompt is written in', async () => {
  const read = await readFile(file(fixture('edit.png'), 'edit.png'))
  expect(read?.kind).toBe('result')
  expect(read?.settings).toMatchObject({ workflow: 'qwen', prompt: 'Überwarm ☀ 猫', seed: 7, model: '2511', width: 64 })
})

test('a video tells its settings, the largest seed exactly', async () => {
  const read = await readFile(file(fixture('clip.mp4'), 'clip.mp4'))
  expect(read?.kind).toBe('result')
  expect(read?.settings).toMatchObject({ workflow: 'i2v', prompt: 'Die Katze dreht sich 🐈', seed: 4294967295 })
})

test('an exported config is read by its ending where the system knows no type', async () => {
  const read = await readFile(file('{"workflow":"upscale","scale":4}', 'mine.JSON'))
  expect(read).toEqual({ kind: 'config', settings: { workflow: 'upscale', scale: 4 } })
})

test.each(['plain.png', 'plain.jpg'])('%s has no settings', async (name) => {
  expect(await readFile(file(fixture(name), name))).toBeNull()
})

test.each([
  ['broken JSON', '{"workflow":"i2v"'],
  ['JSON that is no settings', '[1, 2]'],
  ['settings without a workflow', '{"prompt":"x"}'],
])('%s is none of ours', async (_what, text) => {
  expect(await readFile(file(text, 'x.json', 'application/json'))).toBeNull()
})

test('a workflow in a text file that does not say it is JSON is not read', async () => {
  expect(await readFile(file('{"workflow":"i2v"}', 'notes.txt', 'text/plain'))).toBeNull()
})

// Where the metadata ends in each file; what is cut off before that has none.
test.each(['edit.png', 'clip.mp4'])('%s cut off anywhere gives its settings whole or none', async (name) => {
  const whole = fixture(name)
  const expected = (await readFile(file(whole, name)))?.settings
  const found = new Set<string>()
  for (let length = 0; length < whole.length; length += 7) {
    const read = await readFile(file(whole.subarray(0, length), name))
    found.add(read ? 'whole' : 'none')
    if (read) expect(read.settings).toEqual(expected)
  }
  expect(found).toContain('none')
})

test.each(['edit.png', 'clip.mp4'])('%s with any length changed is read without an error', async (name) => {
  const whole = fixture(name)
  for (let at = 0; at < Math.min(whole.length, 1400); at += 3) {
    const bytes = Uint8Array.from(whole)
    bytes[at] = 0xff
    await expect(readFile(file(bytes, name))).resolves.toBeDefined()
  }
})

test('a compressed text chunk is read too', async () => {
  const body = deflateSync('{"workflow":"qwen","seed":3}')
  const content = [...new TextEncoder().encode('parameters\0\u0001\0\0\0'), ...body]
  const chunk = (type: string, data: number[]) => {
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, data.length)
    return [...length, ...new TextEncoder().encode(type), ...data, 0, 0, 0, 0]
  }
  const png = Uint8Array.from([...fixture('plain.png').subarray(0, 8), ...chunk('iTXt', content), ...chunk('IEND', [])])
  expect((await readFile(file(png, 'x.png')))?.settings).toEqual({ workflow: 'qwen', seed: 3 })
})

test('the comment of a video that another tool wrote again is found', async () => {
  const box = (type: string, ...parts: Uint8Array[]) => {
    const size = 8 + parts.reduce((sum, part) => sum + part.length, 0)
    const head = new Uint8Array(8)
    new DataView(head.buffer).setUint32(0, size)
    head.set(
      [...type].map((char) => char.charCodeAt(0)),
      4,
    )
    return Uint8Array.from([head, ...parts].flatMap((part) => [...part]))
  }
  const comment = new TextEncoder().encode('{"workflow":"i2v","seed":5}')
  const data = box('data', new Uint8Array(8), comment)
  const meta = box('meta', new Uint8Array(4), box('ilst', box('©too', data.slice(0, 16)), box('©cmt', data)))
  const mp4 = Uint8Array.from([...box('ftyp', new Uint8Array(8)), ...box('moov', box('udta', meta))])
  expect((await readFile(file(mp4, 'x.mp4')))?.settings).toEqual({ workflow: 'i2v', seed: 5 })
})
