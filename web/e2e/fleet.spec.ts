import { card, choose, prompt } from './world/create'
import { expect, open, test } from './world/test'

test('an agent is drained and resumed from the Fleet page, and its job goes on meanwhile', async ({ world, page }) => {
  await world.agent('atlas')
  const running = await world.submit('steps=600 step_ms=100')
  await world.job(running.id, ({ status }) => status === 'running')
  const waiting = await world.submit('steps=1 step_ms=10')
  await open(page, world, '/fleet')
  const atlas = page.getByRole('article', { name: 'atlas' })
  await expect(atlas.getByText('Online')).toBeVisible()
  await atlas.getByRole('button', { name: 'Drain atlas' }).click()
  const asks = page.getByRole('alertdialog', { name: 'Drain atlas?' })
  await expect(asks).toContainText('finishes the 1 job that it runs')
  await asks.getByRole('button', { name: 'Drain' }).click()
  await expect(atlas.getByText('Draining')).toBeVisible()
  expect((await world.job(running.id)).status).toBe('running')
  await world.fetch(`/api/jobs/${running.id}/cancel`, { method: 'POST' })
  await world.finished(running.id)
  await expect(atlas.getByText('Idle')).toBeHidden()
  expect((await world.job(waiting.id)).status).toBe('queued')
  await atlas.getByRole('button', { name: 'Resume atlas' }).click()
  await expect(atlas.getByText('Online')).toBeVisible()
  expect((await world.finished(waiting.id)).status).toBe('succeeded')
})

test.describe('where a silent agent is soon noticed', () => {
  test.use({
    settings: { SPOOL_HEARTBEAT_MS: '300', SPOOL_AGENT_DEAD_MS: '1500', SPOOL_LEASE_MS: '3000', SPOOL_REAP_MS: '200' },
  })

  test('one that is lost says so, and is never called idle', async ({ world, page }) => {
    const agent = await world.agent('atlas')
    await open(page, world, '/fleet')
    const atlas = page.getByRole('article', { name: 'atlas' })
    await expect(atlas.getByText('Idle')).toBeVisible()
    agent.signal('SIGSTOP')
    await expect(atlas.getByText('Lost', { exact: true })).toBeVisible()
    await expect(atlas.getByText(/^Last report .*\. What it ran was put back in line\.$/)).toBeVisible()
    await expect(atlas.getByText('Idle')).toHaveCount(0)
    await expect(atlas.getByRole('button', { name: /Drain/ })).toHaveCount(0)
  })
})

test('a form says what no connected GPU can run, and a job of that kind waits for one that can', async ({
  world,
  page,
}) => {
  await world.agent('borea', { engines: 'upscale=scripted' })
  await open(page, world)
  const said = page.getByRole('status').filter({ hasText: 'It waits until one joins; you can send it now.' })
  await expect(said).toBeVisible()
  await choose(page, 'chelsea.png')
  await prompt(page).fill('steps=1 step_ms=10')
  await page.keyboard.press('Control+Enter')
  await expect(card(page, 'steps=1 step_ms=10').getByText('Waiting for a GPU')).toBeVisible()
  await world.agent('atlas')
  await expect(card(page, 'steps=1 step_ms=10').getByText(/^Done/)).toBeVisible({ timeout: 20_000 })
  await expect(said).toBeHidden()
})

test('the page has the lines that add a node, ready to be copied', async ({ world, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, world, '/fleet')
  await page.getByRole('button', { name: /^Copy/ }).last().click()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toContain('spool-agent')
  expect(copied).toContain(`ws://${new URL(world.url).host}`)
})

test('a GPU shows its load, its memory, its heat, and the job that it runs', async ({ world, page }) => {
  // This machine has none: the agent only says that it has two.
  await world.crowd('shows', 2, 'atlas')
  const job = await world.submit('slow zoom in')
  await open(page, world, '/fleet')
  const atlas = page.getByRole('article', { name: 'atlas' })
  await expect(atlas.getByRole('meter', { name: 'Utilisation' }).first()).toHaveAttribute('aria-valuetext', /^97\s?%$/)
  await expect(atlas.getByText(/21\.6 of 24\sGB/).first()).toBeVisible()
  await expect(atlas.getByText(/71\s°C/).first()).toBeVisible()
  await expect(atlas.getByText(/402\sW/).first()).toBeVisible()
  await expect(atlas.getByText('Idle')).toHaveCount(1)
  await atlas.getByRole('link', { name: 'slow zoom in' }).click()
  await expect(page.getByRole('region', { name: 'Stage' })).toContainText('slow zoom in')
  expect((await world.job(job.id)).status).toBe('running')
})
