import type { Page } from '@playwright/test'
import { card, stage } from './world/create'
import { expect, open, test } from './world/test'

/** Everything that moves or will: animations and transitions with their elements. */
const moving = (page: Page) =>
  page.evaluate(() =>
    document.getAnimations().map(({ effect }) => {
      const { target } = effect as KeyframeEffect
      return `${target?.tagName}.${target?.className}`
    }),
  )

test('while a job runs nothing on the page moves by itself', async ({ world, page }) => {
  await world.agent('atlas')
  await world.submit('steps=600 step_ms=50 preview_every=4')
  await open(page, world)
  await expect(card(page, 'steps=600 step_ms=50 preview_every=4').getByText(/Step \d\d/)).toBeVisible()
  await expect.poll(() => moving(page)).toEqual([])
})

test.describe('for who wants less motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } })

  test('menus, dialogs and toasts are there at once', async ({ world, page }) => {
    await world.agent('atlas')
    await world.submit('steps=600 step_ms=50')
    await open(page, world)
    // Each start of a motion is counted, however short it is.
    await page.evaluate(() => {
      const seen: string[] = []
      Object.assign(window, { seen })
      for (const type of ['animationstart', 'transitionrun']) {
        document.addEventListener(type, ({ target }) => seen.push(`${type} ${(target as Element).className}`), true)
      }
    })
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('combobox')).toBeFocused()
    await page.keyboard.press('Escape')
    await card(page, 'steps=600 step_ms=50').getByRole('button', { name: 'More actions' }).click()
    await expect(page.getByRole('menu')).toBeVisible()
    await page.getByRole('menuitem', { name: 'Copy id' }).click()
    await card(page, 'steps=600 step_ms=50').getByRole('button', { name: 'Cancel this job' }).click()
    await expect(card(page, 'steps=600 step_ms=50').getByText('Canceled')).toBeVisible()
    expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([])
  })
})

test('pictures of the work so far are let go: of all that come a few are held', async ({ world, page }) => {
  // Every address of a picture in memory that the page makes and takes back.
  await page.addInitScript(() => {
    const held = new Set<string>()
    const counts = { made: 0, most: 0, held: () => held.size }
    Object.assign(window, { counts })
    const { createObjectURL, revokeObjectURL } = URL
    URL.createObjectURL = (source) => {
      const url = createObjectURL.call(URL, source)
      held.add(url)
      counts.made += 1
      counts.most = Math.max(counts.most, held.size)
      return url
    }
    URL.revokeObjectURL = (url) => {
      held.delete(url)
      revokeObjectURL.call(URL, url)
    }
  })
  const jobs = [1, 2, 3, 4].map((number) => `steps=${150 + number} step_ms=40 preview_every=1`)
  await world.agent('atlas', { slots: jobs.length })
  await open(page, world)
  const ids = await Promise.all(jobs.map(async (prompt) => (await world.submit(prompt)).id))
  await expect(stage(page).getByAltText('The work so far')).toBeVisible()
  for (const id of ids) await world.finished(id)
  for (const prompt of jobs) await expect(card(page, prompt).getByText(/^Done/)).toBeVisible()
  const counts = () =>
    page.evaluate(() => {
      const { made, most, held } = (window as unknown as { counts: { made: number; most: number; held(): number } })
        .counts
      return { made, most, held: held() }
    })
  const { made, most } = await counts()
  console.log(`${made} pictures came, ${most} were held at most`)
  expect(made).toBeGreaterThan(5 * jobs.length)
  // The last one of each, and those that a moment ago were the last.
  expect(most).toBeLessThanOrEqual(4 * jobs.length)
  await expect.poll(async () => (await counts()).held).toBe(0)
})

test('the title and the icon of the tab tell how far it is, and what has ended', async ({ world, page, context }) => {
  await world.agent('atlas')
  await open(page, world)
  await expect(page).toHaveTitle('Spool')
  const icon = () => page.locator('link[rel=icon]').getAttribute('href')
  const plain = await icon()
  const job = await world.submit('steps=100 step_ms=100')
  await expect(page).toHaveTitle(/^\d+\s?% · 1 running — Spool$/)
  await expect.poll(icon).not.toBe(plain)
  await world.fetch(`/api/jobs/${job.id}/cancel`, { method: 'POST' })
  await expect(page).toHaveTitle('Spool')
  await expect.poll(icon).toBe(plain)
  expect(context.pages()).toHaveLength(1)
})
