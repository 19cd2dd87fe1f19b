import { card, choose, generate, prompt } from './world/create'
import { expect, open, test } from './world/test'

test('without any GPU a job waits and says so, and is taken when one joins', async ({ world, page }) => {
  await open(page, world)
  await expect(page.getByText('No GPU is connected. Jobs wait until one joins.')).toBeVisible()
  await choose(page, 'chelsea.png')
  await prompt(page).fill('steps=2 step_ms=50')
  await generate(page).click()
  await expect(card(page, 'steps=2 step_ms=50').getByText('Waiting for a GPU')).toBeVisible()
  await world.agent('atlas')
  await expect(card(page, 'steps=2 step_ms=50').getByText(/^Done/)).toBeVisible({ timeout: 20_000 })
  await expect(page.getByText('No GPU is connected.')).toBeHidden()
})

test('a cancel takes exactly the job whose button was pressed', async ({ world, page }) => {
  await world.agent('atlas')
  const prompts = ['first steps=600 step_ms=100', 'second', 'third', 'fourth']
  const ids: string[] = []
  for (const text of prompts) ids.push((await world.submit(text)).id)
  await open(page, world)
  await expect(card(page, 'third').getByText(/Number 2 in line/)).toBeVisible()
  await card(page, 'third').getByRole('button', { name: 'Cancel this job' }).click()
  await expect(card(page, 'third').getByText('Canceled')).toBeVisible()
  const states = await Promise.all(ids.map(async (id) => (await world.job(id)).status))
  expect(states).toEqual(['running', 'queued', 'canceled', 'queued'])
})

test('many are canceled only from a menu that says how many', async ({ world, page }) => {
  await world.agent('atlas')
  const ids: string[] = []
  for (const text of ['runs steps=600 step_ms=100', 'one', 'two', 'three']) ids.push((await world.submit(text)).id)
  await open(page, world)
  await page.getByRole('button', { name: 'Actions for Up next' }).click()
  await page.getByRole('menuitem', { name: 'Cancel 3 waiting jobs' }).click()
  await page.getByRole('button', { name: 'Cancel 3 waiting jobs' }).click()
  for (const text of ['one', 'two', 'three']) await expect(card(page, text).getByText('Canceled')).toBeVisible()
  expect((await world.job(ids[0] ?? '')).status).toBe('running')
})

test.describe('with room for two', () => {
  test.use({ settings: { SPOOL_QUEUE_LIMIT: '2' } })

  test('a full queue refuses in words, and the draft stays', async ({ world, page }) => {
    await world.submit('one')
    await world.submit('two')
    await open(page, world)
    await choose(page, 'chelsea.png')
    await prompt(page).fill('one too many')
    await generate(page).click()
    await expect(page.getByText(/The queue is full/)).toBeVisible()
    await expect(prompt(page)).toHaveValue('one too many')
    await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(1)
  })
})

test.describe('where a silent agent is soon noticed', () => {
  test.use({
    settings: { SPOOL_HEARTBEAT_MS: '300', SPOOL_AGENT_DEAD_MS: '1500', SPOOL_LEASE_MS: '3000', SPOOL_REAP_MS: '200' },
  })

  test('a job whose agent is lost is back in line, says so, and runs on another', async ({ world, page }) => {
    const lost = await world.agent('atlas')
    await open(page, world)
    const { id } = await world.submit('steps=40 step_ms=100')
    const job = card(page, 'steps=40 step_ms=100')
    await expect(job.getByText(/Step/)).toBeVisible()
    lost.signal('SIGSTOP')
    await expect(job.getByText('Agent lost, back in line (attempt 2)')).toBeVisible({ timeout: 20_000 })
    await world.agent('borea')
    await expect(job.getByText(/^Done/)).toBeVisible({ timeout: 30_000 })
    expect((await world.job(id)).agent?.name).toBe('borea')
  })
})

test('a job that ran out of memory offers a smaller size with one click', async ({ world, page }) => {
  await world.agent('atlas')
  await world.submit('fail=out_of_memory fail_at=1 steps=4 step_ms=50', { width: 1280, height: 720 })
  await open(page, world)
  const failed = card(page, 'fail=out_of_memory fail_at=1 steps=4 step_ms=50')
  await expect(failed.getByText('The GPU ran out of memory').first()).toBeVisible({ timeout: 20_000 })
  await failed.getByRole('button', { name: 'Use 832 × 480' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Use them' }).click()
  await expect(page.getByText(/832 × 480/).first()).toBeVisible()
  await expect(prompt(page)).toHaveValue('fail=out_of_memory fail_at=1 steps=4 step_ms=50')
})
