// npm writes into the lock only the platform packages that its registry shows for this machine, and `npm ci` on another
// one then refuses. This adds the absent ones, so that one lock serves every platform. `--check` fails if any is absent.
import { readFileSync, writeFileSync } from 'node:fs'

const FILE = new URL('../package-lock.json', import.meta.url)
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

/** The folders in which Node looks for a dependency of the package at `path`, nearest first. */
function lookups(path, name) {
  const parents = path === '' ? [] : path.split(/(?:^|\/)node_modules\//).slice(1)
  const folders = parents.map((_, depth) =>
    parents
      .slice(0, depth + 1)
      .map((parent) => `node_modules/${parent}/`)
      .join(''),
  )
  return ['', ...folders].reverse().map((folder) => `${folder}node_modules/${name}`)
}

function entry(name, version, parent) {
  const words = name.split(/[-/@.]/)
  const os = SYSTEMS.filter((system) => words.includes(system))
  if (name === 'fsevents') os.push('darwin')
  const cpu = PROCESSORS.filter((processor) => words.includes(processor))
  return {
    version: version.replace(/^[~^]/, ''),
    ...(cpu.length > 0 && { cpu }),
    ...(parent.dev && { dev: true }),
    optional: true,
    ...(os.length > 0 && { os }),
  }
}

const lock = JSON.parse(readFileSync(FILE, 'utf8'))
const added = {}
for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const known = lookups(path, name).some((place) => lock.packages[place] ?? added[place])
    if (!known) added[`node_modules/${name}`] = entry(name, version, parent)
  }
}

const names = Object.keys(added)
if (process.argv.includes('--check')) {
  if (names.length > 0) {
    console.error(`package-lock.json lacks ${names.length} packages of other platforms: run 'npm run lock'.`)
    process.exit(1)
  }
} else if (names.length > 0) {
  const sorted = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(FILE, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
  console.log(`added ${names.length} packages of other platforms`)
}
