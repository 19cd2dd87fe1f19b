import { card, progress } from '../world/create'
import { expect, open, test } from '../world/test'
import { busy } from './measure'

const JOBS = 50

test.use({ settings: { SPOOL_LOG: 'warn' } })

test('50 jobs with 20 reports a second each take at most 20 % of the main thread, and 5 % when they rest', async ({
  world,
  page,
}) => {
  test.setTimeout(120_000)
  const crowd = await world.crowd('reports', JOBS)
  const image = await world.upload()
  for (let job = 0; job < JOBS; job += 1) await world.submit(`job ${job} of many`, { image_id: image })
  await open(page, world)
  await expect(page.getByText('50 running')).toBeVisible()
  const debug = await page.context().newCDPSession(page)
  await debug.send('Performance.enable')
  const first = card(page, 'job 0 of many')
  await expect.poll(() => progress(first)).toBeGreaterThan(0)
  await page.evaluate(() => {
    const long: number[] = []
    Object.assign(window, { long })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) long.push(duration)
    }).observe({ type: 'longtask' })
  })
  const before = await progress(first)
  const loaded = Math.min(await busy(debug, page, 6000), await busy(debug, page, 6000))
  expect(await progress(first)).toBeGreaterThan(before)
  const long = await page.evaluate(() => (window as unknown as { long: number[] }).long)
  // The agent stays, so the cards do, but nothing comes any more; the better of two windows has nothing left of before.
  crowd.signal('SIGSTOP')
  const idle = Math.min(await busy(debug, page, 4000), await busy(debug, page, 4000))
  console.log(
    `main thread: ${(loaded * 100).toFixed(1)} % loaded, ${(idle * 100).toFixed(1)} % idle, longest task ${Math.max(0, ...long).toFixed(0)} ms`,
  )
  expect(loaded).toBeLessThanOrEqual(0.2)
  expect(idle).toBeLessThanOrEqual(0.05)
  expect(Math.max(0, ...long)).toBeLessThanOrEqual(100)
})
