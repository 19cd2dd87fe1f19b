import { card, choose, generate, prompt } from './world/create'
import { SubPath } from './world/subPath'
import { expect, open, test } from './world/test'

test('below a path of a proxy everything works: pages, sockets, pictures, reloads', async ({ world, page }) => {
  await world.agent('atlas', { engines: 'i2v=preview,qwen=preview,upscale=scripted' })
  const proxy = await SubPath.below('/tools/spool', world.port)
  try {
    await page.goto(`${proxy.url}/edit`)
    await choose(page, 'chelsea.png')
    await prompt(page).fill('make it grayscale')
    await generate(page).click()
    await expect(card(page, 'make it grayscale').getByText(/^Done/)).toBeVisible({ timeout: 20_000 })
    await card(page, 'make it grayscale').getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Show in gallery' }).click()
    await expect(page).toHaveURL(/\/tools\/spool\/gallery\/[0-9a-f-]+$/)
    await page.reload()
    const result = page.getByRole('img', { name: /result/i }).first()
    await expect(result).toBeVisible()
    await expect.poll(() => result.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
    await page.getByRole('navigation').getByRole('link', { name: 'Fleet' }).first().click()
    await expect(page).toHaveURL(/\/tools\/spool\/fleet$/)
    await expect(page.getByText('atlas').first()).toBeVisible()
  } finally {
    proxy.end()
  }
})

test.describe('on plain http under a name of the network', () => {
  test.use({ keys: true, settings: { SPOOL_ALLOWED_HOSTS: 'spool.lan,127.0.0.1' } })

  test('where the browser gives no secure context, a key opens the studio and a job runs', async ({ world, page }) => {
    await world.agent('atlas')
    const said: string[] = []
    page.on('pageerror', (error) => said.push(String(error)))
    await page.goto(`http://spool.lan:${world.port}/`)
    expect(await page.evaluate(() => [isSecureContext, 'randomUUID' in crypto, 'clipboard' in navigator])).toEqual([
      false,
      false,
      false,
    ])
    await page.getByLabel('API key', { exact: true }).fill(world.key ?? '')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await choose(page, 'chelsea.png')
    await prompt(page).fill('steps=2 step_ms=50')
    await page.keyboard.press('Control+Enter')
    await expect(card(page, 'steps=2 step_ms=50').getByText(/^Done/)).toBeVisible({ timeout: 20_000 })

    // What this place does not have is said, and not tried.
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    await expect(page.getByRole('switch', { name: 'Notifications' })).toBeDisabled()
    await expect(page.getByText(/^Browsers allow these only on https or localhost\./)).toBeVisible()
    await page.getByRole('navigation').getByRole('link', { name: 'Fleet' }).first().click()
    await page.getByRole('heading', { name: 'Add a GPU' }).click()
    await expect(page.getByText(/^This page came over plain http\./)).toBeVisible()
    expect(said).toEqual([])
  })
})

test('a part of the studio that is gone after an upgrade brings one reload', async ({ world, page }) => {
  let loads = 0
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads += 1
  })
  await open(page, world)
  await page.route(/FleetPage.*\.js$/, (route) => route.fulfill({ status: 404, body: 'gone' }), { times: 1 })
  await page.getByRole('navigation').getByRole('link', { name: 'Fleet' }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: 'Fleet' })).toBeVisible()
  expect(loads).toBe(2)
})

test.describe('while it goes on', () => {
  test.use({ says: ['Failed to fetch dynamically imported module'] })

  test('a part that is gone after the reload as well is said, and the page is not loaded again and again', async ({
    world,
    page,
  }) => {
    let loads = 0
    page.on('request', (request) => {
      if (request.isNavigationRequest()) loads += 1
    })
    await open(page, world)
    await page.route(/FleetPage.*\.js$/, (route) => route.fulfill({ status: 404, body: 'gone' }))
    await page.getByRole('navigation').getByRole('link', { name: 'Fleet' }).first().click()
    await expect(page.getByText('This page broke')).toBeVisible()
    expect(loads).toBe(2)
    // The others are whole.
    await page.getByRole('navigation').getByRole('link', { name: 'Video' }).first().click()
    await expect(prompt(page)).toBeVisible()
  })
})

test('what is missing is missing, and never the page in its place', async ({ world, request }) => {
  const asset = await request.get(`${world.url}/assets/index-00000000.js`)
  expect([asset.status(), asset.headers()['content-type']]).toEqual([404, 'application/problem+json'])
  const page = await request.get(`${world.url}/nowhere`, { headers: { Accept: 'text/html' } })
  expect([page.status(), page.headers()['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
})
