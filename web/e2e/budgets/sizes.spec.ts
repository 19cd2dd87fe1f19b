import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'

const DIST = join(import.meta.dirname, '../../dist')

interface Chunk {
  file: string
  imports?: string[]
  css?: string[]
  isEntry?: boolean
}

const manifest = JSON.parse(readFileSync(join(DIST, 'manifest.json'), 'utf8')) as Record<string, Chunk>

/** Kilobytes, compressed as the server sends them to a browser that takes gzip. */
function kilobytes(file: string): number {
  return gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length / 1000
}

/** The chunk and what it cannot start without. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  if (!found.has(name)) {
    found.add(name)
    for (const other of manifest[name]?.imports ?? []) withImports(other, found)
  }
  return found
}

const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? ''
const eager = withImports(entry)

test('what a first visit loads fits its budget: 150 KB of scripts, 12 KB of styles', () => {
  const scripts = [...eager].map((name) => kilobytes(manifest[name]?.file ?? ''))
  const styles = [...eager].flatMap((name) => manifest[name]?.css ?? []).map(kilobytes)
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0)
  console.log(`initial JS ${sum(scripts).toFixed(1)} KB, CSS ${sum(styles).toFixed(1)} KB`)
  expect(sum(scripts)).toBeLessThanOrEqual(150)
  expect(sum(styles)).toBeLessThanOrEqual(12)
})

test('no part that is loaded later is larger than 40 KB', () => {
  const later = Object.values(manifest).filter(
    ({ file }) => file.endsWith('.js') && ![...eager].some((name) => manifest[name]?.file === file),
  )
  expect(later.length).toBeGreaterThan(0)
  for (const { file } of later) expect(kilobytes(file), file).toBeLessThanOrEqual(40)
})
