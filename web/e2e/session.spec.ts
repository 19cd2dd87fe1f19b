import { card, prompt } from './world/create'
import { expect, test } from './world/test'

test.use({ keys: true })

test('a key opens the studio, signing out closes it, and the draft is there again', async ({ world, page }) => {
  await world.agent('atlas')
  await page.goto(`${world.url}/`)
  await expect(page.getByText(/spool-api key new/)).toBeAttached()
  const key = page.getByLabel('API key', { exact: true })
  await key.fill('spool_wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await key.fill(world.key ?? '')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await prompt(page).fill('kept for later')
  await world.submit('steps=600 step_ms=100')
  await expect(card(page, 'steps=600 step_ms=100').getByText(/Step/)).toBeVisible()

  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByLabel('API key', { exact: true })).toBeVisible()
  await page.goto(`${world.url}/`)
  await expect(page.getByLabel('API key', { exact: true })).toBeVisible()
  await page.getByLabel('API key', { exact: true }).fill(world.key ?? '')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(prompt(page)).toHaveValue('kept for later')
  await expect(card(page, 'steps=600 step_ms=100').getByText(/Step/)).toBeVisible()
})

test('the key stands in no address, and in nothing that the browser keeps', async ({ world, page, context }) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(`${world.url}/`)
  await page.getByLabel('API key', { exact: true }).fill(world.key ?? '')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(prompt(page)).toBeVisible()
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))
  const state = JSON.stringify([await context.cookies(), asked, kept])
  expect(state).not.toContain(world.key)
  expect(await page.evaluate(() => document.cookie)).toBe('')
})
