import { card, choose, generate, progress, prompt, stage } from './world/create'
import { SubPath } from './world/subPath'
import { expect, open, test } from './world/test'

const SLOW = 'steps=400 step_ms=100 preview_every=1'

test('a page that is loaded again shows progress, preview and draft within a second', async ({ world, page }) => {
  await world.agent('atlas')
  await open(page, world)
  await choose(page, 'chelsea.png')
  await prompt(page).fill(SLOW)
  await generate(page).click()
  await expect(card(page, SLOW).getByText(/Step \d+ of 400/)).toBeVisible()
  await expect(stage(page).getByAltText('The work so far')).toBeVisible()
  await prompt(page).fill('what comes next')
  const before = await progress(card(page, SLOW))

  await page.reload()
  const since = Date.now()
  await expect(card(page, SLOW).getByText(/Step \d+ of 400/)).toBeVisible()
  await expect(stage(page).getByAltText('The work so far')).toBeVisible()
  await expect(prompt(page)).toHaveValue('what comes next')
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(1)
  expect(Date.now() - since).toBeLessThan(1000)
  expect(await progress(card(page, SLOW))).toBeGreaterThanOrEqual(before)
})

test('two tabs and another device agree', async ({ world, page, context, browser }) => {
  await world.agent('atlas')
  const elsewhere = await browser.newContext()
  const pages = [page, await context.newPage(), await elsewhere.newPage()]
  for (const one of pages) await open(one, world)
  const job = await world.submit(SLOW)
  for (const one of pages) await expect(card(one, SLOW).getByText(/Step \d+ of 400/)).toBeVisible()
  await card(page, SLOW).getByRole('button', { name: 'Cancel this job' }).click()
  for (const one of pages) await expect(card(one, SLOW).getByText('Canceled')).toBeVisible()
  expect((await world.job(job.id)).status).toBe('canceled')
  await elsewhere.close()
})

test.describe('over a wire that fails', () => {
  test.use({ settings: { SPOOL_BROWSER_BEAT_MS: '500' } })

  for (const [how, fail] of [
    ['was cut', (wire: SubPath) => wire.cut()],
    ['fell silent', (wire: SubPath) => wire.fallSilent()],
  ] as const) {
    test(`a job that ended while the page's network ${how} leaves no bar behind`, async ({ world, page, context }) => {
      const wire = await SubPath.below('', world.port)
      try {
        await world.agent('atlas')
        await page.goto(`${wire.url}/`)
        const job = await world.submit('steps=20 step_ms=100')
        const shown = card(page, 'steps=20 step_ms=100')
        await expect(shown.getByText(/Step/)).toBeVisible()
        await context.setOffline(true)
        fail(wire)
        await expect(page.getByText('Connection lost. Reconnecting…')).toBeVisible()
        await world.finished(job.id)
        await expect(shown.getByRole('progressbar')).toHaveCount(1)
        wire.mend()
        await context.setOffline(false)
        await expect(shown.getByText(/^Done/)).toBeVisible()
        await expect(shown.getByRole('progressbar')).toHaveCount(0)
        await expect(page.getByText('Connection lost. Reconnecting…')).toBeHidden()
      } finally {
        wire.end()
      }
    })
  }
})

test.describe('with a Redis of its own', () => {
  test.use({
    redis: true,
    settings: { SPOOL_AGENT_DEAD_MS: '60000', SPOOL_LEASE_MS: '90000', SPOOL_RECONNECT_GRACE_MS: '30000' },
  })

  test('a server that is killed and started again is told, waited for and caught up with', async ({ world, page }) => {
    await world.agent('atlas')
    await open(page, world)
    await world.submit(SLOW)
    await expect(card(page, SLOW).getByText(/Step/)).toBeVisible()
    await world.killServer()
    await expect(page.getByText('Connection lost. Reconnecting…')).toBeVisible()
    await expect(card(page, SLOW)).toBeVisible()
    await world.serve()
    await expect(page.getByText('Connection lost. Reconnecting…')).toBeHidden({ timeout: 20_000 })
    const before = await progress(card(page, SLOW))
    await expect.poll(() => progress(card(page, SLOW)), { timeout: 20_000 }).toBeGreaterThan(before)
  })
})

test('a server that comes back empty says that its jobs are gone, and the draft stays', async ({ world, page }) => {
  await world.agent('atlas')
  await open(page, world)
  await prompt(page).fill('a draft')
  await world.submit(SLOW)
  await expect(card(page, SLOW)).toBeVisible()
  await world.killServer()
  await expect(page.getByText('Connection lost. Reconnecting…')).toBeVisible()
  await expect(page.getByText('Cannot reach the server. Jobs keep running')).toBeVisible({ timeout: 20_000 })
  await world.serve()
  await expect(page.getByText('The server began a new session.')).toBeVisible({ timeout: 20_000 })
  await expect(card(page, SLOW)).toHaveCount(0)
  await expect(prompt(page)).toHaveValue('a draft')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByText('The server began a new session.')).toBeHidden()
})
