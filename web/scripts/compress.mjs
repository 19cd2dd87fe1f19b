// Beside every file of dist that compresses well its .br and .gz, so that the server only has to choose.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const DIST = new URL('../dist/', import.meta.url)
const WORTH = /\.(js|css|html|svg|json|webmanifest)$/

for (const name of readdirSync(DIST, { recursive: true })) {
  // The server adds to the shell, so it compresses that itself.
  if (!WORTH.test(name) || name === 'index.html') continue
  const file = new URL(name, DIST)
  const bytes = readFileSync(file)
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  writeFileSync(new URL(`${name}.br`, DIST), brotliCompressSync(bytes, quality))
  writeFileSync(new URL(`${name}.gz`, DIST), gzipSync(bytes, { level: 9 }))
}
