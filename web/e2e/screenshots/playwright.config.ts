import { defineConfig } from '@playwright/test'
import { browser } from '../world/browser'

/** Pictures for people to look at; nothing is compared. */
export default defineConfig({
  testDir: '.',
  workers: 2,
  fullyParallel: true,
  retries: 0,
  timeout: 300_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  outputDir: '../../test-results',
  use: { ...browser, viewport: { width: 1440, height: 900 } },
})
