import { isMp4, readMp4 } from './mp4'
import { isPng, readPng } from './png'
import { readSettings, type Settings } from './settings'

/** An exported config with three pictures in it is smaller. */
const LARGEST_JSON = 64 << 20

/** The settings that a file holds: an exported config, or a result with them in its metadata. Null if it has none. */
export async function readFile(file: File): Promise<{ settings: Settings; kind: 'config' | 'result' } | null> {
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer())
  const result = isPng(head) ? await readPng(file) : isMp4(head) ? await readMp4(file) : null
  if (result) return { settings: result, kind: 'result' }
  if (!isJson(file) || file.size > LARGEST_JSON) return null
  const config = readSettings(await file.text())
  return config && { settings: config, kind: 'config' }
}

function isJson(file: File): boolean {
  return file.type === 'application/json' || file.name.toLowerCase().endsWith('.json')
}
