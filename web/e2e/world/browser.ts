import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The browser that the set-up has found: see infra/setup/chromium.sh. */
function executable(): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = (name: string) => (name.includes('/') ? [resolve(name)] : folders.map((folder) => join(folder, name)))
  const wanted = process.env.SPOOL_CHROMIUM
  const found = (wanted ? [wanted] : NAMES).flatMap(places).find(starts)
  if (!found) throw new Error(`${wanted ?? 'Chromium'} is not there, or does not start: see make setup`)
  // Every worker reads this file again; what was found is found for all.
  process.env.SPOOL_CHROMIUM = found
  return found
}

/** Some systems have a script of that name that only says how to get a browser. */
function starts(place: string): boolean {
  try {
    accessSync(place, constants.X_OK)
  } catch {
    return false
  }
  return place === process.env.SPOOL_CHROMIUM || spawnSync(place, ['--version'], { stdio: 'ignore' }).status === 0
}

/** The system's Chromium; nothing is downloaded, and it talks to nobody but the pages under test. */
export const browser = {
  browserName: 'chromium' as const,
  headless: true,
  launchOptions: {
    executablePath: executable(),
    args: [
      // Tests may run as root, where Chromium's sandbox does not.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A name that is not loopback, for pages on plain http in a LAN.
      '--host-resolver-rules=MAP spool.lan 127.0.0.1',
    ],
  },
}
