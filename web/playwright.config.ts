import { defineConfig } from '@playwright/test'
import { browser } from './e2e/world/browser'

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  // A world has a server, a Redis, agents and a browser: as many as this machine has cores.
  workers: 2,
  timeout: 60_000,
  // Whatever hangs, the run ends and says so.
  globalTimeout: 20 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: { ...browser, viewport: { width: 1440, height: 900 } },
  projects: [
    { name: 'studio', testIgnore: ['budgets/**', 'screenshots/**'] },
    // Figures are measured alone, after everything else.
    { name: 'budgets', testMatch: 'budgets/**/*.spec.ts', dependencies: ['studio'], fullyParallel: false, workers: 1 },
  ],
})
