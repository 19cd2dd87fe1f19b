import { act, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Job } from '@/api/types'
import { draftOf, useDraftStore } from '@/stores/draftStore'
import { useJobStore } from '@/stores/jobStore'
import { previews } from '@/stores/live'
import { useUiStore } from '@/stores/uiStore'
import { aFinishedJob, aJob, anOutput, aRunningJob } from '@/test/fixtures'
import { firstVisit, server, visit } from './testWorld'

vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))

beforeAll(() => server.listen({ onUnhandledRequest: 'bypass' }))
beforeEach(() => firstVisit())
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const params = { prompt: 'the cat turns', width: 832, height: 480, num_frames: 81, num_inference_steps: 8, seed: 12 }
const put = (...jobs: Job[]) => useJobStore.getState().apply(null, jobs)
const stage = () => screen.getByRole('region', { name: 'Stage' })

test('with no job it says what comes and that the tab may be closed', async () => {
  await visit('qwen')
  expect(stage()).toHaveTextContent('Your next picture appears here')
  expect(stage()).toHaveTextContent('You can close this tab')
})

test('the chosen job is shown, without one the newest that runs', async () => {
  const running = aRunningJob({ params: { ...params, prompt: 'running' } })
  const done = aFinishedJob({ params: { ...params, prompt: 'done' } })
  put(running, done)
  await visit('i2v')
  expect(stage()).toHaveTextContent('running')
  act(() => useUiStore.getState().set({ focused: done.id }))
  await waitFor(() => expect(stage()).toHaveTextContent('done'))
})

test('a running job shows its live picture, how far it is, what is done and how long it takes', async () => {
  const job = aRunningJob({ params })
  put(job)
  previews.add({ job: job.id, seq: 1, picture: new Blob(['x']) })
  await visit('i2v')
  expect(screen.getByRole('img', { name: 'The work so far' })).toHaveAttribute('src', 'blob:spool')
  for (const words of [
    'Live preview',
    '42%',
    'Step 2 of 8',
    'left',
    'so far',
    '832 × 480 · 81 frames · 8 steps · seed 12',
  ]) {
    expect(stage()).toHaveTextContent(words)
  }
})

test('after a reload the last picture that the server kept is shown until the next one comes', async () => {
  const job = aRunningJob({ params })
  useJobStore.setState({ loaded: false })
  put(job)
  await visit('i2v')
  expect(screen.getByRole('img', { name: 'The work so far' })).toHaveAttribute('src', `/api/jobs/${job.id}/preview`)
})

test('no live picture is shown when they are turned off', async () => {
  const job = aRunningJob({ params })
  put(job)
  previews.add({ job: job.id, seq: 1, picture: new Blob(['x']) })
  useUiStore.setState({ previews: 'off' })
  await visit('i2v')
  expect(screen.queryByRole('img', { name: 'The work so far' })).not.toBeInTheDocument()
})

test('a finished video plays by hand, can be saved and be gone on with', async () => {
  put(aFinishedJob({ params }))
  await visit('i2v')
  const video = screen.getByLabelText('Result: the cat turns')
  expect(video).toHaveAttribute('preload', 'metadata')
  expect(video).not.toHaveAttribute('autoplay')
  for (const name of ['Download', 'Use these settings', 'Show in gallery', 'Continue from its last frame']) {
    expect(screen.getAllByRole('button', { name }).length).toBeGreaterThan(0)
  }
})

test('an edited picture can be compared with what it was made from', async () => {
  put(aFinishedJob({ workflow: 'qwen', params, outputs: [anOutput({ content_type: 'image/png' })] }))
  await visit('qwen')
  await userEvent.click(screen.getByRole('button', { name: 'Before and after' }))
  expect(await screen.findByRole('slider', { name: /Before and after/ })).toBeInTheDocument()
})

test('a result of an engine without a model says so', async () => {
  put(aFinishedJob({ params, engine: 'preview' }))
  await visit('i2v')
  expect(stage()).toHaveTextContent('Preview engine: no AI model ran')
})

test('a job that no GPU can run says what is missing', async () => {
  put(
    aJob({
      params,
      unservable: {
        agents: 1,
        message: 'no connected agent offers i2v.720p.161.quality',
        missing: 'i2v.720p.161.quality',
        closest: null,
      },
    }),
  )
  await visit('i2v')
  expect(stage()).toHaveTextContent('No connected GPU can take it now')
  expect(stage()).toHaveTextContent('No connected agent offers Video (720p, up to 161 frames, Quality).')
})

describe('a job that failed', () => {
  const outOfMemory = (change: Partial<Job> = {}) =>
    aFinishedJob({
      status: 'failed',
      outputs: [],
      params,
      error: { code: 'out_of_memory', message: 'CUDA out of memory at step 3', hint: null, retryable: false },
      ...change,
    })
  const config = (values: object) =>
    server.use(http.get('*/api/jobs/:id/config', () => HttpResponse.json({ workflow: 'i2v', ...values })))

  test('says what happened, the code and what helps', async () => {
    put(outOfMemory())
    await visit('i2v')
    expect(await screen.findByRole('heading', { name: 'The GPU ran out of memory' })).toBeVisible()
    for (const words of ['CUDA out of memory at step 3', 'out_of_memory']) {
      expect(stage()).toHaveTextContent(words)
    }
  })

  test('for want of memory makes the form smaller with one click', async () => {
    config({ width: 1280, height: 720, num_frames: 161 })
    put(outOfMemory())
    await visit('i2v')
    const [button] = await screen.findAllByRole('button', { name: 'Use 832 × 480' })
    const hint = screen.getAllByRole('button', { name: 'Use 832 × 480' }).find((one) => stage().contains(one)) ?? button
    await userEvent.click(hint as HTMLElement)
    expect(draftOf(useDraftStore.getState(), 'i2v').values).toMatchObject({ width: 832, height: 480 })
  })

  test('at the smaller size already makes the form shorter', async () => {
    config({ width: 832, height: 480, num_frames: 161 })
    put(outOfMemory())
    await visit('i2v')
    await waitFor(() => expect(stage()).toHaveTextContent('Use 81 frames'))
  })
})
