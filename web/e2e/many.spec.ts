import type { Job } from '../src/api/types'
import { expect, open, test } from './world/test'
import type { World } from './world/world'

const ITEMS = 4000
const CLIENTS = 16

test.use({ settings: { SPOOL_LOG: 'warn' } })

async function fill(world: World): Promise<void> {
  await world.crowd('works', 50)
  const picture = { image_id: await world.upload() }
  let sent = 0
  const client = async () => {
    while (sent < ITEMS) {
      const number = sent
      sent += 1
      await world.fetch('/api/workflows/upscale', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ input_image: picture, scale: 2, seed: number }),
      })
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  const rest = () => world.fetch<{ waiting: number; assigned: number; running: number }>('/api/queues')
  await expect
    .poll(
      async () => {
        const { waiting, assigned, running } = await rest()
        return waiting + assigned + running
      },
      { timeout: 120_000 },
    )
    .toBe(0)
}

test('a gallery of 4,000 results scrolls to its end with fewer than 1,500 elements on the page', async ({
  world,
  page,
}) => {
  test.setTimeout(300_000)
  await fill(world)
  await open(page, world, '/gallery')
  const grid = page
    .getByRole('grid')
    .or(page.getByRole('list', { name: 'Results' }))
    .first()
  await expect(grid).toBeVisible()
  let cursor: string | null = null
  let oldest: Job | undefined
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`
    const list: { items: Job[]; cursor: string | null } = await world.fetch(
      `/api/jobs?status=succeeded&limit=100${query}`,
    )
    oldest = list.items.at(-1) ?? oldest
    cursor = list.cursor
  } while (cursor !== null)
  const elements = () => page.evaluate(() => document.querySelectorAll('*').length)
  let most = await elements()
  // As a hand does it, for a while.
  await page.mouse.move(300, 500)
  for (let turn = 0; turn < 40; turn += 1) {
    await page.mouse.wheel(0, 2000)
    most = Math.max(most, await elements())
  }
  // Then to the end of what is there again and again, counting in each frame.
  const rest = await page.evaluate(async (id) => {
    const last = `[href$="/gallery/${id}"], [data-id="${id}"]`
    let most = 0
    while (!document.querySelector(last)) {
      for (const element of document.querySelectorAll('main, main *')) {
        if (element.scrollHeight > element.clientHeight + 100) element.scrollTop = element.scrollHeight
      }
      await new Promise(requestAnimationFrame)
      most = Math.max(most, document.querySelectorAll('*').length)
    }
    return most
  }, oldest?.id)
  most = Math.max(most, rest)
  console.log(`at most ${most} elements`)
  expect(most).toBeLessThan(1500)
})
