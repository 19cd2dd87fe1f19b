import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Job } from '../src/api/types'
import { card, choose, generate, prompt } from './world/create'
import { expect, open, test } from './world/test'
import { SAMPLES } from './world/world'

/** Drags a sample picture over the window and lets it go on the place with this name. */
async function drop(page: Page, sample: string, place: RegExp): Promise<void> {
  const base64 = readFileSync(join(SAMPLES, sample)).toString('base64')
  const data = await page.evaluateHandle(
    ([text, name]) => {
      const bytes = Uint8Array.from(atob(text ?? ''), (letter) => letter.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], name ?? '', { type: 'image/png' }))
      return transfer
    },
    [base64, sample],
  )
  await page.dispatchEvent('main', 'dragenter', { dataTransfer: data })
  await page.dispatchEvent('main', 'dragover', { dataTransfer: data })
  const zone = page.getByText(place).last()
  await expect(zone).toBeVisible()
  await zone.dispatchEvent('dragover', { dataTransfer: data })
  await zone.dispatchEvent('drop', { dataTransfer: data })
}

test('a picture dropped on a named place goes there: the first frame and the last', async ({ world, page }) => {
  await world.agent('atlas')
  await open(page, world)
  await drop(page, 'chelsea.png', /use as picture/i)
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(1)
  await drop(page, 'coffee.png', /use as last frame/i)
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(2)
  await prompt(page).fill('steps=1 step_ms=10')
  await generate(page).click()
  await expect(card(page, 'steps=1 step_ms=10').getByText(/^Done/)).toBeVisible()
  const { items } = await world.fetch<{ items: Job[] }>('/api/jobs')
  const job = await world.job(items[0]?.id ?? '')
  expect(job.params.end_image).toBe(true)
  expect(job.inputs.map(({ width, height }) => [width, height])).toEqual([
    [451, 300],
    [600, 400],
  ])
})

test('four variations are four jobs with four seeds, and the prompt is remembered', async ({ world, page }) => {
  await world.agent('atlas')
  await open(page, world)
  await choose(page, 'chelsea.png')
  await prompt(page).fill('steps=1 step_ms=10')
  await page.getByRole('group', { name: 'Variations' }).getByText('4', { exact: true }).click()
  await page.keyboard.press('Control+Enter')
  await expect(card(page, 'steps=1 step_ms=10')).toHaveCount(4)
  const { items } = await world.fetch<{ items: Job[] }>('/api/jobs')
  const seeds = await Promise.all(items.map(async ({ id }) => (await world.job(id)).params.seed))
  expect(new Set(seeds).size).toBe(4)

  await prompt(page).fill('what comes next')
  await page.keyboard.press('Alt+ArrowUp')
  await expect(prompt(page)).toHaveValue('steps=1 step_ms=10')
  await page.keyboard.press('Alt+ArrowDown')
  await expect(prompt(page)).toHaveValue('what comes next')
})

test('settings that were taken over go back with one press', async ({ world, page }) => {
  await world.agent('atlas')
  await world.finished((await world.submit('steps=1 step_ms=10', { num_frames: 33, seed: 5 })).id)
  await open(page, world)
  await prompt(page).fill('mine')
  await card(page, 'steps=1 step_ms=10').getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Use these settings' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Use them' }).click()
  await expect(prompt(page)).toHaveValue('steps=1 step_ms=10')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(prompt(page)).toHaveValue('mine')
})
