import { card, choose, generate, prompt, stage } from '../world/create'
import { expect, open, test } from '../world/test'
import type { World } from '../world/world'
import { shoot } from './shot'

const PREVIEW = 'i2v=preview,qwen=preview,upscale=upscale'

const prompts = {
  cat: 'the cat slowly turns towards the window, soft morning light, slow zoom in',
  coffee: 'steam curls up from the cup, shallow focus, pan left',
  rocket: 'ignition, the camera shakes, slow zoom out',
}

/** A fleet in the middle of its work: results, jobs that run and wait, and one of every trouble. */
async function furnish(world: World): Promise<{ clip: string; edit: string }> {
  const workbench = await world.agent('workbench', {
    engines: PREVIEW,
    env: { SPOOL_AGENT_LABELS: 'region=eu,host=desk' },
  })
  const clip = await world.submit(prompts.cat, { num_frames: 49 })
  const results = [
    await world.submit('make it warm', { sample: 'coffee.png' }, 'qwen'),
    await world.submit('make it grayscale', {}, 'qwen'),
    await world.submit(prompts.coffee, { sample: 'coffee.png', num_frames: 33 }),
    await world.submit('make it cooler', { sample: 'rocket.jpg' }, 'qwen'),
    await world.submit(prompts.rocket, { sample: 'rocket.jpg', num_frames: 33 }),
  ]
  for (const job of [clip, ...results]) await world.finished(job.id)
  await workbench.end()
  const scripted = await world.agent('shed', {})
  await world.finished(
    (await world.submit('fail=out_of_memory fail_at=1 steps=2 step_ms=10', { width: 1280, height: 720 })).id,
  )
  await scripted.end()
  await world.crowd('shows', 2, 'atlas')
  await world.submit(prompts.cat)
  await world.submit(prompts.coffee, { sample: 'coffee.png' })
  await world.submit(prompts.rocket, { sample: 'rocket.jpg' })
  const canceled = await world.submit('the flags move in the wind')
  await world.submit('make it sepia', { sample: 'rocket.jpg' }, 'qwen')
  await world.fetch(`/api/jobs/${canceled.id}/cancel`, { method: 'POST' })
  return { clip: clip.id, edit: results[0]?.id ?? '' }
}

test('a studio at work', async ({ world, page }) => {
  const { clip, edit } = await furnish(world)
  await open(page, world)
  await choose(page, 'chelsea.png')
  await prompt(page).fill(prompts.cat)
  await expect(card(page, prompts.rocket).first()).toBeVisible()
  await shoot(page, 'create')
  await open(page, world, '/edit')
  await choose(page, 'chelsea.png', 'coffee.png')
  await prompt(page).fill('Put the cup of picture 2 beside the cat, keep the fur unchanged')
  await shoot(page, 'edit')
  await open(page, world, '/upscale')
  await shoot(page, 'upscale')
  await open(page, world, '/jobs')
  await shoot(page, 'jobs')
  await open(page, world, '/gallery')
  await shoot(page, 'gallery')
  await open(page, world, `/gallery/${clip}`)
  await shoot(page, 'result-video')
  await open(page, world, `/gallery/${edit}`)
  await shoot(page, 'result-edit')
  await open(page, world, '/fleet')
  await shoot(page, 'fleet')
  await open(page, world, '/settings')
  await shoot(page, 'settings')
  await open(page, world, '/nowhere')
  await shoot(page, 'no-page')

  await open(page, world)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await shoot(page, 'commands')
  await page.keyboard.press('Escape')
  await page.locator('main').press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await shoot(page, 'shortcuts')
  await page.keyboard.press('Escape')
  await card(page, prompts.coffee).last().getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Use these settings' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await shoot(page, 'use-settings')
})

test('a live preview', async ({ world, page }) => {
  await world.agent('atlas', { engines: 'i2v=preview,qwen=scripted,upscale=scripted' })
  await open(page, world)
  await choose(page, 'chelsea.png')
  await prompt(page).fill(prompts.cat)
  await generate(page).click()
  await expect(stage(page).getByRole('img').first()).toBeVisible()
  await shoot(page, 'live')
})

test('a studio that is new', async ({ world, page }) => {
  await open(page, world)
  await shoot(page, 'empty-create')
  await generate(page).click()
  await shoot(page, 'empty-refused')
  for (const path of ['jobs', 'gallery', 'fleet']) {
    await open(page, world, `/${path}`)
    await shoot(page, `empty-${path}`)
  }
})

test('a server that is gone', async ({ world, page }) => {
  await world.agent('atlas')
  await world.submit('steps=600 step_ms=100')
  await open(page, world)
  await expect(card(page, 'steps=600 step_ms=100').getByText(/Step/)).toBeVisible()
  await world.killServer()
  await expect(page.getByText('Connection lost. Reconnecting…')).toBeVisible()
  await shoot(page, 'offline')
})

test('jobs that nobody can run, and a session that ended', async ({ world, page }) => {
  await world.agent('atlas', { engines: 'upscale=scripted' })
  await world.submit(prompts.cat)
  await open(page, world)
  await choose(page, 'chelsea.png')
  await prompt(page).fill(prompts.cat)
  await expect(
    card(page, prompts.cat)
      .getByText('No connected GPU', { exact: false })
      .or(card(page, prompts.cat).getByText('Waiting for a GPU'))
      .first(),
  ).toBeVisible()
  await shoot(page, 'unservable')
  await world.killServer()
  await expect(page.getByText('Connection lost. Reconnecting…')).toBeVisible()
  await world.serve()
  await expect(page.getByText('The server began a new session.')).toBeVisible()
  await shoot(page, 'session-reset')
})

test.describe('where a silent agent is soon noticed', () => {
  test.use({
    settings: { SPOOL_HEARTBEAT_MS: '300', SPOOL_AGENT_DEAD_MS: '1500', SPOOL_LEASE_MS: '3000', SPOOL_REAP_MS: '200' },
  })

  test('a job whose agent was lost', async ({ world, page }) => {
    const lost = await world.agent('atlas')
    await world.submit('steps=400 step_ms=100')
    await open(page, world)
    await expect(card(page, 'steps=400 step_ms=100').getByText(/Step/)).toBeVisible()
    lost.signal('SIGSTOP')
    await expect(card(page, 'steps=400 step_ms=100').getByText('Agent lost, back in line (attempt 2)')).toBeVisible()
    await shoot(page, 'requeued')
  })
})

test.describe('with keys', () => {
  test.use({ keys: true })

  test('the way in', async ({ world, page }) => {
    await page.goto(`${world.url}/`)
    await expect(page.getByLabel('API key', { exact: true })).toBeVisible()
    await shoot(page, 'sign-in')
  })
})

test.describe('with room for one', () => {
  test.use({ settings: { SPOOL_QUEUE_LIMIT: '1' } })

  test('a full queue', async ({ world, page }) => {
    await world.submit('waits for a GPU')
    await open(page, world)
    await choose(page, 'chelsea.png')
    await prompt(page).fill('one too many')
    await generate(page).click()
    await expect(page.getByText(/The queue is full/)).toBeVisible()
    await shoot(page, 'queue-full')
  })
})
