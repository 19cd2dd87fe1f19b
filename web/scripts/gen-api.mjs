// api/openapi.json -> src/api/schema.d.ts. `--check` fails if the committed file is another.
import { readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'

const FILE = new URL('../src/api/schema.d.ts', import.meta.url)
const HEAD = '// Made from api/openapi.json by `npm run api`. Do not edit.\n\n'

const types = HEAD + astToString(await openapiTS(new URL('../../api/openapi.json', import.meta.url)))
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, types)
} else if (readFileSync(FILE, 'utf8') !== types) {
  console.error("src/api/schema.d.ts is not what api/openapi.json says: run 'npm run api'.")
  process.exit(1)
}
