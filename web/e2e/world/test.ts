import { test as base, expect, type Page } from '@playwright/test'
import { World } from './world'

interface Options {
  /** Settings of the server. */
  settings: NodeJS.ProcessEnv
  /** With a Redis of its own the server's data outlives it. */
  redis: boolean
  /** Whether callers must show a key; {@link World.key} is one. */
  keys: boolean
  /** Parts of errors that the page is expected to say. */
  says: string[]
}

interface Fixtures {
  world: World
}

/** Each test has a world of its own: server, Redis, folder, ports. */
export const test = base.extend<Options & Fixtures>({
  settings: [{}, { option: true }],
  redis: [false, { option: true }],
  keys: [false, { option: true }],
  says: [[], { option: true }],
  world: async ({ settings, redis, keys }, use, info) => {
    const world = new World({ ...settings, ...(keys && { SPOOL_API_KEYS_FILE: 'keys' }) })
    try {
      if (keys) world.key = await world.newKey('alice', 'submit,admin')
      await world.serve({ redis })
      await use(world)
    } finally {
      await world.end(info.status !== info.expectedStatus)
    }
  },
  // No page may say an error to the console: a broken policy, a missing file, a warning of React.
  page: async ({ page, says }, use) => {
    const said: string[] = []
    page.on('console', (message) => message.type() === 'error' && said.push(message.text()))
    page.on('pageerror', (error) => said.push(String(error)))
    await use(page)
    expect(said.filter((text) => ![...EXPECTED, ...says].some((known) => text.includes(known)))).toEqual([])
  },
})

/** What the browser itself says of an answer that is no success, or of a server that a test took away. */
const EXPECTED = ['Failed to load resource', 'WebSocket connection to', 'net::ERR']

export { expect }

/** Opens a page of the studio and waits until it is live. */
export async function open(page: Page, world: World, path = '/'): Promise<void> {
  await page.goto(world.url + path)
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
}
