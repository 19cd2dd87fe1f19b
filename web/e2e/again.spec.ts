import type { Job } from '../src/api/types'
import { card, choose, generate, prompt } from './world/create'
import { expect, open, test } from './world/test'
import type { World } from './world/world'

const PREVIEW = 'i2v=preview,qwen=preview,upscale=scripted'

/** The job whose parent is this one. */
async function childOf(world: World, parent: Job): Promise<Job> {
  const { items } = await world.fetch<{ items: Job[] }>('/api/jobs')
  return world.finished(items.find(({ parent_id }) => parent_id === parent.id)?.id ?? '')
}

test('a job that failed is tried again as a new one with the same settings, and stays what it was', async ({
  world,
  page,
}) => {
  await world.agent('atlas')
  const failed = await world.finished((await world.submit('fail=out_of_memory fail_at=1 steps=2 step_ms=10')).id)
  expect(failed.status).toBe('failed')
  await open(page, world)
  await card(page, failed.params.prompt ?? '')
    .getByRole('button', { name: 'Retry' })
    .click()
  await expect(card(page, failed.params.prompt ?? '')).toHaveCount(2)
  const again = await childOf(world, failed)
  expect(again.params).toEqual(failed.params)
  expect(again.inputs).toHaveLength(1)
  expect((await world.job(failed.id)).status).toBe('failed')
})

test('a result is run again with identical settings, and is the same to the byte', async ({ world, page }) => {
  await world.agent('atlas', { engines: PREVIEW })
  const first = await world.finished((await world.submit('make it grayscale', {}, 'qwen')).id)
  await open(page, world, '/jobs')
  await card(page, 'make it grayscale').getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Run again' }).click()
  await expect(card(page, 'make it grayscale').getByText(/^Done/)).toHaveCount(2)
  const second = await childOf(world, first)
  expect(second.params).toEqual(first.params)
  expect(second.outputs[0]?.sha256).toBe(first.outputs[0]?.sha256)
})

test('each form keeps a draft of its own, with its pictures, through other pages and a reload', async ({
  world,
  page,
}) => {
  await open(page, world)
  const go = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).first().click()
  const pictures = page.getByRole('button', { name: /^Remove / })
  await choose(page, 'chelsea.png')
  await prompt(page).fill('a video')
  await go('Edit')
  await expect(prompt(page)).toHaveValue('')
  await choose(page, 'coffee.png', 'rocket.jpg')
  await prompt(page).fill('an edit')
  await go('Upscale')
  await expect(pictures).toHaveCount(0)
  await choose(page, 'rocket.jpg')
  const check = async () => {
    await go('Video')
    await expect(prompt(page)).toHaveValue('a video')
    await expect(pictures).toHaveCount(1)
    await go('Edit')
    await expect(prompt(page)).toHaveValue('an edit')
    await expect(pictures).toHaveCount(2)
    await go('Upscale')
    await expect(pictures).toHaveCount(1)
  }
  await check()
  await page.reload()
  await check()
})

test('a job that ended while no page was open is there, done, on the next visit', async ({ world, page }) => {
  const agent = await world.agent('atlas', { engines: PREVIEW })
  agent.signal('SIGSTOP')
  await open(page, world, '/edit')
  await choose(page, 'chelsea.png')
  await prompt(page).fill('make it grayscale')
  await generate(page).click()
  await expect(card(page, 'make it grayscale')).toBeVisible()
  await page.goto('about:blank')
  agent.signal('SIGCONT')
  const { items } = await world.fetch<{ items: Job[] }>('/api/jobs')
  await world.finished(items[0]?.id ?? '')
  await open(page, world, '/edit')
  const done = card(page, 'make it grayscale')
  await expect(done.getByText(/^Done/)).toBeVisible()
  await expect(done.getByRole('progressbar')).toHaveCount(0)
})
