import { latin } from './bytes'
import { readSettings, type Settings } from './settings'

const SIGNATURE = '\x89PNG\r\n\x1a\n'
const KEYWORD = 'parameters'
/** A chunk of text beyond this is not ours. */
const LARGEST = 1 << 20

export function isPng(head: Uint8Array): boolean {
  return latin(head.subarray(0, 8)) === SIGNATURE
}

/**
 * The JSON in the text chunk `parameters`. Reads the heads of the chunks and no picture data, so a file of any size is
 * quick; one that is cut off or broken has none.
 */
export async function readPng(file: Blob): Promise<Settings | null> {
  for (let at = 8; at + 12 <= file.size; ) {
    const head = await view(file, at, 8)
    const length = head.getUint32(0)
    const type = latin(new Uint8Array(head.buffer, 4, 4))
    if (type === 'IEND') return null
    if ((type === 'iTXt' || type === 'tEXt') && length <= LARGEST && at + 12 + length <= file.size) {
      const bytes = new Uint8Array((await view(file, at + 8, length)).buffer)
      const text = type === 'iTXt' ? await international(bytes) : plain(bytes)
      if (text !== null) return readSettings(text)
    }
    at += 12 + length
  }
  return null
}

/** `keyword \0 compressed method language \0 translated \0 text` */
async function international(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const keyword = bytes.indexOf(0)
  if (keyword < 0 || latin(bytes.subarray(0, keyword)) !== KEYWORD) return null
  const language = bytes.indexOf(0, keyword + 3)
  const translated = language < 0 ? -1 : bytes.indexOf(0, language + 1)
  if (translated < 0) return null
  const text = bytes.subarray(translated + 1)
  return new TextDecoder().decode(bytes[keyword + 1] === 1 ? await inflated(text) : text)
}

/** `keyword \0 text` */
function plain(bytes: Uint8Array): string | null {
  const keyword = bytes.indexOf(0)
  return keyword >= 0 && latin(bytes.subarray(0, keyword)) === KEYWORD ? latin(bytes.subarray(keyword + 1)) : null
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const stream = new Response(bytes).body?.pipeThrough(new DecompressionStream('deflate'))
  // What cannot be read is no settings of ours.
  return new Response(stream ?? null).arrayBuffer().catch(() => new ArrayBuffer())
}

async function view(file: Blob, at: number, length: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await file.slice(at, at + length).arrayBuffer())
}
