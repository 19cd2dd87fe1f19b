import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Job } from '../src/api/types'
import { card, choose, generate, prompt } from './world/create'
import { expect, open, test } from './world/test'

const PREVIEW = 'i2v=preview,qwen=preview,upscale=scripted'

test('a video plays, seeks by ranges, and is saved under a name that says what it is', async ({ world, page }) => {
  await world.agent('atlas', { engines: PREVIEW })
  const job = await world.submit('slow zoom in', { num_frames: 81, width: 416, height: 240 })
  expect((await world.finished(job.id)).status).toBe('succeeded')
  const ranges: number[] = []
  page.on('response', (response) => {
    if (/\/outputs\/0$/.test(new URL(response.url()).pathname)) ranges.push(response.status())
  })
  await open(page, world, `/gallery/${job.id}`)
  const video = page.locator('video').first()
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(0)
  const at = await video.evaluate(
    (element: HTMLVideoElement) =>
      new Promise<number>((done) => {
        element.addEventListener('seeked', () => done(element.currentTime), { once: true })
        element.currentTime = 4
      }),
  )
  expect(at).toBeCloseTo(4, 1)
  expect(ranges).toContain(206)
  await video.evaluate((element: HTMLVideoElement) => element.play())
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(4.05)

  const saved = page.waitForEvent('download')
  await page
    .getByRole('link', { name: 'Download' })
    .or(page.getByRole('button', { name: 'Download' }))
    .first()
    .click()
  expect((await saved).suggestedFilename()).toMatch(/^spool-slow-zoom-in-[0-9a-f]{8}\.mp4$/)
})

test('two videos are compared as one: they seek, play and stop together', async ({ world, page }) => {
  await world.agent('atlas', { engines: PREVIEW })
  const small = { num_frames: 65, width: 416, height: 240 }
  const jobs = [await world.submit('slow zoom in', small), await world.submit('pan left', small)]
  for (const { id } of jobs) expect((await world.finished(id)).status).toBe('succeeded')
  await open(page, world, `/gallery/${jobs[0]?.id}`)
  await page.getByRole('radio', { name: 'Compare', exact: true }).check()
  const times = () =>
    page.locator('video').evaluateAll((videos) => videos.map((video) => (video as HTMLVideoElement).currentTime))
  const states = () =>
    page.locator('video').evaluateAll((videos) => videos.map((video) => (video as HTMLVideoElement).paused))
  await expect(page.locator('video')).toHaveCount(2)
  await page.getByRole('slider', { name: 'Position in both videos' }).focus()
  for (let frame = 0; frame < 16; frame += 1) await page.keyboard.press('ArrowRight')
  await expect.poll(async () => (await times()).map((time) => Math.abs(time - 1) < 0.05)).toEqual([true, true])
  await page.getByRole('button', { name: 'Play both' }).click()
  await expect.poll(states).toEqual([false, false])
  await expect.poll(async () => Math.min(...(await times()))).toBeGreaterThan(1.2)
  await page.getByRole('button', { name: 'Pause both' }).click()
  await expect.poll(states).toEqual([true, true])
  const [one = 0, other = 1] = await times()
  expect(Math.abs(one - other)).toBeLessThan(0.15)
})

test('an exported config is imported again, and makes the same result to the byte', async ({ world, page }) => {
  await world.agent('atlas', { engines: PREVIEW })
  const first = await world.finished((await world.submit('make it grayscale', { seed: 7 }, 'qwen')).id)
  await open(page, world, `/gallery/${first.id}`)
  const saving = page.waitForEvent('download')
  await page
    .getByRole('link', { name: 'Export config', exact: true })
    .or(page.getByRole('button', { name: 'Export config', exact: true }))
    .first()
    .click()
  const saved = await saving
  const bytes = readFileSync(await saved.path())
  expect(JSON.parse(bytes.toString())).toMatchObject({ workflow: 'qwen', prompt: 'make it grayscale', seed: 7 })

  await page.evaluate(
    ([name, text]) => {
      const data = new DataTransfer()
      data.items.add(new File([text ?? ''], name ?? '', { type: 'application/json' }))
      for (const type of ['dragenter', 'dragover', 'drop']) {
        const target = document.querySelector('main') ?? document.body
        target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
      }
    },
    [basename(saved.suggestedFilename()), bytes.toString()],
  )
  await expect(page.getByRole('dialog')).toContainText('make it grayscale')
  await page.getByRole('dialog').getByRole('button', { name: 'Use them' }).click()
  await expect(page).toHaveURL(/\/edit$/)
  await generate(page).click()
  await expect(card(page, 'make it grayscale')).toHaveCount(2)
  const { items } = await world.fetch<{ items: Job[] }>('/api/jobs?workflow=qwen')
  const again = await world.finished(items.find(({ id }) => id !== first.id)?.id ?? '')
  expect(again.params).toEqual(first.params)
  expect(again.outputs[0]?.sha256).toBe(first.outputs[0]?.sha256)
})

test('a result that is dropped on the page brings its settings back', async ({ world, page }) => {
  await world.agent('atlas', { engines: PREVIEW })
  const job = await world.finished((await world.submit('slow zoom in', { num_frames: 17, seed: 11 })).id)
  const file = Buffer.from(await (await fetch(`${world.url}${job.outputs[0]?.url}`)).arrayBuffer())
  await open(page, world)
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    const data = new DataTransfer()
    data.items.add(new File([bytes], 'clip.mp4', { type: 'video/mp4' }))
    for (const type of ['dragenter', 'dragover', 'drop']) {
      const target = document.querySelector('main') ?? document.body
      target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    }
  }, file.toString('base64'))
  await expect(page.getByRole('dialog')).toContainText('slow zoom in')
  await page.getByRole('dialog').getByRole('button', { name: 'Use them' }).click()
  await expect(prompt(page)).toHaveValue('slow zoom in')
})

test('an edit of an edit is a child of the first, and both say so', async ({ world, page }) => {
  await world.agent('atlas', { engines: PREVIEW })
  const first = await world.finished((await world.submit('make it grayscale', {}, 'qwen')).id)
  await open(page, world, `/gallery/${first.id}`)
  await page.getByRole('button', { name: 'Edit this' }).click()
  await expect(page).toHaveURL(/\/edit$/)
  await prompt(page).fill('make it warm')
  await generate(page).click()
  await expect(card(page, 'make it warm').getByText(/^Done/)).toBeVisible({ timeout: 20_000 })
  const { items } = await world.fetch<{ items: Job[] }>('/api/jobs?workflow=qwen')
  const second = items.find(({ params }) => params.prompt === 'make it warm')
  expect(second?.parent_id).toBe(first.id)
  await open(page, world, `/gallery/${second?.id}`)
  await page
    .getByRole('link', { name: /make it grayscale/ })
    .first()
    .click()
  await expect(page).toHaveURL(new RegExp(`/gallery/${first.id}$`))
  await expect(page.getByRole('link', { name: /make it warm/ }).first()).toBeVisible()
})

test('a result of more bytes than a picture may have goes on as a lighter file', async ({ world, page }) => {
  await world.agent('atlas')
  const first = await world.finished((await world.submit('output_bytes=11000000', {}, 'qwen')).id)
  expect(first.outputs[0]?.bytes).toBe(11_000_000)
  await open(page, world, `/gallery/${first.id}`)
  await page.getByRole('button', { name: 'Edit this' }).click()
  await expect(page).toHaveURL(/\/edit$/)
  await prompt(page).fill('steps=1 step_ms=10')
  await generate(page).click()
  await expect(card(page, 'steps=1 step_ms=10')).toBeVisible()
  const { items } = await world.fetch<{ items: Job[] }>('/api/jobs')
  const next = items.find(({ params }) => params.prompt === 'steps=1 step_ms=10')
  expect(next?.parent_id).toBe(first.id)
  expect(next?.inputs[0]?.content_type).toBe('image/webp')
  expect([next?.inputs[0]?.width, next?.inputs[0]?.height]).toEqual([first.outputs[0]?.width, first.outputs[0]?.height])
})

test('the last frame of a video starts the next one', async ({ world, page }) => {
  await world.agent('atlas', { engines: PREVIEW })
  const first = await world.finished((await world.submit('slow zoom in', { num_frames: 17 })).id)
  await open(page, world, `/gallery/${first.id}`)
  await page.getByRole('button', { name: 'Use last frame as start' }).click()
  await expect(page).toHaveURL(`${world.url}/`)
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(1)
  await prompt(page).fill('pan left')
  await generate(page).click()
  await expect(card(page, 'pan left')).toBeVisible()
  const { items } = await world.fetch<{ items: Job[] }>('/api/jobs?workflow=i2v')
  const next = items.find(({ params }) => params.prompt === 'pan left')
  expect(next?.parent_id).toBe(first.id)
  expect([next?.inputs[0]?.width, next?.inputs[0]?.height]).toEqual([first.outputs[0]?.width, first.outputs[0]?.height])
})

test('filters and results have addresses of their own, and the way back leads back', async ({ world, page }) => {
  await world.agent('atlas', { engines: PREVIEW })
  const edit = await world.finished((await world.submit('make it grayscale', {}, 'qwen')).id)
  await world.finished((await world.submit('slow zoom in', { num_frames: 17 })).id)
  await open(page, world, '/gallery?workflow=qwen')
  await expect(page.getByRole('radio', { name: 'Edits' })).toBeChecked()
  await expect(
    page
      .getByRole('link', { name: /make it grayscale/ })
      .or(page.getByRole('gridcell', { name: /make it grayscale/ }))
      .first(),
  ).toBeVisible()
  await expect(page.getByText('slow zoom in')).toHaveCount(0)
  // By links within the page, and by an address that somebody was sent.
  await page
    .getByRole('link', { name: /make it grayscale/ })
    .first()
    .click()
  await expect(page).toHaveURL(new RegExp(`/gallery/${edit.id}`))
  await expect(page.getByText('make it grayscale').first()).toBeVisible()
  await page.goBack()
  await expect(page).toHaveURL(/\/gallery\?workflow=qwen$/)
  await expect(page.getByRole('radio', { name: 'Edits' })).toBeChecked()
  await page.goto(`${world.url}/gallery/${edit.id}`)
  await expect(page.getByText('make it grayscale').first()).toBeVisible()
  await page.goBack()
  await expect(page).toHaveURL(/\/gallery\?workflow=qwen$/)
  await expect(page.getByRole('radio', { name: 'Edits' })).toBeChecked()
  await page.goto(`${world.url}/gallery/00000000-0000-8000-8000-000000000000`)
  await expect(page.getByText('This result is not here any more')).toBeVisible()
})

test('what is deleted is gone at once, comes back when that is undone, and is deleted when it is not', async ({
  world,
  page,
}) => {
  await world.agent('atlas', { engines: PREVIEW })
  const job = await world.finished((await world.submit('make it grayscale', {}, 'qwen')).id)
  await open(page, world, '/')
  const remove = async () => {
    await card(page, 'make it grayscale').getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await expect(card(page, 'make it grayscale')).toHaveCount(0)
  }
  await remove()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(card(page, 'make it grayscale')).toBeVisible()
  expect((await world.job(job.id)).status).toBe('succeeded')
  await remove()
  // Leaving the page is no way to undo.
  await page.goto('about:blank')
  await expect.poll(async () => (await fetch(`${world.url}/api/jobs/${job.id}`)).status).toBe(410)
})

test('three pictures are sent in the order that is shown', async ({ world, page }) => {
  await world.agent('atlas', { engines: PREVIEW })
  await open(page, world, '/edit')
  await choose(page, 'chelsea.png', 'coffee.png', 'rocket.jpg')
  await page.getByRole('button', { name: 'Move picture 3 forward' }).click()
  await prompt(page).fill('make it grayscale')
  await generate(page).click()
  await expect(card(page, 'make it grayscale').getByText(/^Done/)).toBeVisible({ timeout: 20_000 })
  const { items } = await world.fetch<{ items: Job[] }>('/api/jobs')
  const types = items[0]?.inputs.map(({ content_type }) => content_type)
  expect(types).toEqual(['image/png', 'image/jpeg', 'image/png'])
})

test('a picture that is pasted anywhere on the page is the picture', async ({ world, page }) => {
  await open(page, world)
  const picture = readFileSync(`${import.meta.dirname}/../../tests/fixtures/samples/chelsea.png`)
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    const data = new DataTransfer()
    data.items.add(new File([bytes], 'image.png', { type: 'image/png' }))
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, picture.toString('base64'))
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(1)
})
