import type { Page } from '@playwright/test'
import { violations } from './world/axe'
import { card, choose, generate, prompt } from './world/create'
import { expect, open, test } from './world/test'
import type { World } from './world/world'

const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
]
const THEMES = ['dark', 'light'] as const

/** One of each: running, waiting, done, failed, canceled; an agent and none. */
async function furnish(world: World): Promise<string> {
  await world.agent('atlas', { engines: 'i2v=scripted,qwen=preview,upscale=scripted' })
  const done = await world.submit('make it grayscale', {}, 'qwen')
  await world.finished(done.id)
  await world.finished((await world.submit('fail=out_of_memory fail_at=1 steps=2 step_ms=10')).id)
  await world.submit('steps=2000 step_ms=200 preview_every=5')
  const canceled = await world.submit('never ran')
  await world.submit('waits')
  await world.fetch(`/api/jobs/${canceled.id}/cancel`, { method: 'POST' })
  return done.id
}

/** Once what depends on the size of the window is drawn. */
const settled = (page: Page) =>
  page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))

/** What is looked at, in two halves that run side by side. */
const HALVES = [
  ['/', '/upscale', '/gallery', '/gallery/{done}', '/nowhere'],
  ['/edit', '/jobs', '/fleet', '/settings'],
]

for (const half of HALVES) {
  test(`axe finds nothing in any theme at any width on ${half.join(', ')}`, async ({ world, page }) => {
    test.setTimeout(120_000)
    const done = await furnish(world)
    const found: string[] = []
    for (const path of half) {
      await open(page, world, path.replace('{done}', done))
      await expect(page.locator('main')).toBeVisible()
      // Nothing may still be on its way when the page is looked at.
      await page.waitForLoadState('networkidle')
      for (const size of WIDTHS) {
        await page.setViewportSize(size)
        for (const theme of THEMES) {
          // As the system has it, which a page follows at once; a colour on its way to another one is neither.
          await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
          await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
          await settled(page)
          for (const line of await violations(page)) found.push(`${path}, ${theme}, at ${size.width}: ${line}`)
        }
      }
    }
    expect(found).toEqual([])
  })
}

test('axe finds nothing in what lies over a page: menu, commands, shortcuts, dialogs', async ({ world, page }) => {
  await furnish(world)
  await open(page, world)
  const found: string[] = []
  const look = async (what: string) => {
    for (const line of await violations(page)) found.push(`${what}: ${line}`)
  }
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await look('commands')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('shortcuts')
  await page.keyboard.press('Escape')
  await card(page, 'make it grayscale').getByRole('button', { name: 'More actions' }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await look('menu')
  await page.getByRole('menuitem', { name: 'Use these settings' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('settings')
  expect(found).toEqual([])
})

test.describe('axe on the page that asks for a key', () => {
  test.use({ keys: true })

  test('finds nothing', async ({ world, page }) => {
    await page.goto(`${world.url}/`)
    await expect(page.getByLabel('API key', { exact: true })).toBeVisible()
    expect(await violations(page)).toEqual([])
  })
})

test('at 320 pixels, and at 200 % zoom of a small window, no page scrolls sideways', async ({ world, page }) => {
  test.setTimeout(120_000)
  const done = await furnish(world)
  const wide: string[] = []
  for (const path of ['/', '/edit', '/upscale', '/jobs', '/gallery', `/gallery/${done}`, '/fleet', '/settings']) {
    await page.setViewportSize({ width: 320, height: 640 })
    await open(page, world, path)
    await page.waitForLoadState('networkidle')
    for (const width of [320, 640]) {
      await page.setViewportSize({ width, height: 640 })
      await settled(page)
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (over > 0) wide.push(`${path} at ${width}: ${over} pixels`)
    }
  }
  expect(wide).toEqual([])
})

/** Presses Tab until what is focused has this name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = []
  for (let press = 0; press < 150; press += 1) {
    await page.keyboard.press('Tab')
    const label = await page.evaluate(() => {
      const element = document.activeElement
      const own = element?.getAttribute('aria-label') ?? ''
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? [...(element.labels ?? [])] : []
      return (
        [
          own,
          ...labels.map((text) => text.textContent),
          element?.matches('a, button, summary')
            ? `${element.querySelector('img')?.alt ?? ''} ${element.textContent}`
            : '',
        ].find((text) => text.trim() !== '') ?? ''
      )
    })
    if (name.test(label.trim())) return
    seen.push(label.trim().slice(0, 30))
  }
  throw new Error(`nothing called ${name} can be reached by Tab; seen: ${seen.join(' | ')}`)
}

test('by keyboard alone: a job is sent, canceled, and a result compared and saved', async ({ world, page }) => {
  test.setTimeout(120_000)
  await world.agent('atlas', { engines: 'i2v=scripted,qwen=preview,upscale=scripted' })
  await open(page, world, '/edit')
  // A file dialog is the system's; choosing in it cannot be typed here.
  await choose(page, 'chelsea.png')
  await page.keyboard.press('/')
  await expect(prompt(page)).toBeFocused()
  await page.keyboard.type('make it grayscale')
  await page.keyboard.press('Control+Enter')
  await expect(card(page, 'make it grayscale').getByText(/^Done/)).toBeVisible({ timeout: 20_000 })

  // Letters are shortcuts only outside of text.
  await page.keyboard.press('Tab')
  await page.keyboard.press('g')
  await page.keyboard.press('g')
  await expect(page).toHaveURL(/\/gallery$/)
  await tabTo(page, /make it grayscale/)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/gallery\/./)
  await tabTo(page, /^Before and after, move the line$/)
  const line = page.getByRole('slider', { name: 'Before and after, move the line' })
  const before = Number(await line.inputValue())
  await page.keyboard.press('ArrowRight')
  expect(Number(await line.inputValue())).toBeGreaterThan(before)
  await tabTo(page, /^Download/)
  const saved = page.waitForEvent('download')
  await page.keyboard.press('Enter')
  expect((await saved).suggestedFilename()).toMatch(/\.png$/)

  await page.keyboard.press('g')
  await page.keyboard.press('v')
  await expect(page).toHaveURL(`${world.url}/`)
  await choose(page, 'chelsea.png')
  await page.keyboard.press('/')
  await page.keyboard.type('steps=2000 step_ms=100')
  await page.keyboard.press('Control+Enter')
  await expect(card(page, 'steps=2000 step_ms=100').getByText(/Step/)).toBeVisible()
  await tabTo(page, /^Cancel/)
  await page.keyboard.press('Enter')
  await expect(card(page, 'steps=2000 step_ms=100').getByText('Canceled')).toBeVisible()
  await expect(generate(page)).toBeVisible()

  await page.keyboard.press('g')
  await page.keyboard.press('f')
  await expect(page).toHaveURL(/\/fleet$/)
  await tabTo(page, /Drain atlas/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alertdialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('alertdialog')).toBeHidden()

  await page.keyboard.press('g')
  await page.keyboard.press('j')
  await expect(page).toHaveURL(/\/jobs$/)
  await tabTo(page, /^Retry$/)
  await page.keyboard.press('Enter')
  await expect(card(page, 'steps=2000 step_ms=100')).toHaveCount(2)

  await page.keyboard.press('g')
  await page.keyboard.press('u')
  await expect(page).toHaveURL(/\/upscale$/)
  await choose(page, 'rocket.jpg')
  await tabTo(page, /^2×/)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Control+Enter')
  await expect(card(page, /^Upscale/)).toBeVisible()

  await tabTo(page, /^Settings$/)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/settings$/)
  await tabTo(page, /^Shortcuts of single letters$/)
  await page.keyboard.press('Space')
  await page.keyboard.press('g')
  await page.keyboard.press('v')
  await expect(page).toHaveURL(/\/settings$/)
})
