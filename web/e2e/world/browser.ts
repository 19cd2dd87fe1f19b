import { existsSync } from 'node:fs'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium']

/** The system's Chromium; nothing is downloaded, and it talks to nobody but the pages under test. */
export const browser = {
  browserName: 'chromium' as const,
  headless: true,
  launchOptions: {
    executablePath: process.env.SPOOL_CHROMIUM ?? PLACES.find((place) => existsSync(place)) ?? 'chromium',
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
