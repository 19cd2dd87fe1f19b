import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'
import { proposeConfig, proposeSettingsOf } from '@/actions/settings'
import type { Job } from '@/api/types'
import { useCancelStore } from '@/stores/cancelStore'
import { useFleetStore } from '@/stores/fleetStore'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { aFinishedJob, aJob, anAgent, anOutput, aRunningJob } from '@/test/fixtures'
import { network } from '@/test/server'
import { show } from '@/test/show'
import { JobCard } from './JobCard'

vi.mock('@/actions/settings', () => ({ proposeConfig: vi.fn(), proposeSettingsOf: vi.fn() }))
vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))

const server = network()

const first = useJobStore.getInitialState()
beforeEach(() => {
  useJobStore.setState({ ...first, hidden: new Set() }, true)
  useCancelStore.setState({ ids: new Set() })
  useFleetStore.setState({ agents: null })
  useUiStore.setState({ focused: null })
})

function card(job: Job, onOpen = vi.fn()) {
  useJobStore.getState().apply(null, [job])
  show(
    <ul>
      <JobCard id={job.id} onOpen={onOpen} />
    </ul>,
  )
  return onOpen
}

/** What can be read on it, with plain spaces. */
const text = () => screen.getByRole('listitem').textContent?.replaceAll('\u00a0', ' ') ?? ''
const error = (code: string, change = {}) => ({
  code: code as 'stalled',
  message: 'CUDA says no',
  hint: null,
  retryable: false,
  ...change,
})
const unservable = (agents: number) => ({
  message: 'no connected agent offers i2v.720p.81.lightning; one agent offers i2v',
  missing: 'i2v.720p.81.lightning' as const,
  agents,
  closest: null,
})

test.each<[string, Job, string[]]>([
  ['queued', aJob({ queue_position: 2 }), ['the cat turns its head', 'Number 2 in line', 'Video']],
  ['urgent', aJob({ priority: 'high' }), ['Video · high priority']],
  [
    'back after a lost node',
    aJob({ losses: 1, attempts: 1, queue_position: 1 }),
    ['Agent lost, back in line (attempt 2)', 'Video · next in line'],
  ],
  [
    'back after a lost node, with no other there',
    aJob({ losses: 1, attempts: 1, unservable: unservable(0) }),
    ['Agent lost, back in line (attempt 2)', 'waiting for a GPU', 'No connected node offers this workflow.'],
  ],
  ['given back', aJob({ drains: 1, attempts: 1 }), ['Given back by its node, back in line (attempt 2)']],
  ['to be tried again', aJob({ failures: 1, attempts: 1, queue_position: null }), ['Failed once, tries again']],
  [
    'unservable',
    aJob({ unservable: unservable(1) }),
    [
      'No connected GPU can take it now',
      'No connected agent offers Video (720p, up to 81 frames, Lightning); one agent offers Video.',
    ],
  ],
  ['handed out', aRunningJob({ status: 'assigned', progress: null }), ['Starting on atlas', 'Video · atlas · GPU 0']],
  ['running', aRunningJob(), ['42%', 'Step 2 of 8', 'left', 'Video · atlas · GPU 0']],
  [
    'loading',
    aRunningJob({ progress: { phase: 'load', step: 0, steps: 0, fraction: 0, eta_ms: null } }),
    ['Loading the model'],
  ],
  ['done', aFinishedJob(), ['Done · 832 × 480, 5.1 s']],
  ['done without a model', aFinishedJob({ engine: 'preview' }), ['Preview engine: no AI model ran']],
  ['failed', aJob({ status: 'failed', error: error('stalled') }), ['The worker stopped making progress', 'Details']],
  [
    'failed with a hint of the server',
    aJob({ status: 'failed', error: error('engine_error', { hint: 'Install ncnn.' }) }),
    ['The engine reported an error', 'Install ncnn.'],
  ],
  ['canceled', aJob({ status: 'canceled' }), ['Canceled']],
])('a job that is %s says so', (_state, job, words) => {
  card(job)
  for (const word of words) expect(text()).toContain(word)
})

test('a progress bar is named after the job, and knows no figure before there is one', () => {
  card(aRunningJob())
  expect(screen.getByRole('progressbar', { name: 'Progress: the cat turns its head' })).toHaveAttribute(
    'aria-valuenow',
    '42',
  )
})

test('while the model loads the bar shows stripes', () => {
  card(aRunningJob({ progress: { phase: 'load', step: 0, steps: 0, fraction: 0, eta_ms: null } }))
  expect(screen.getByRole('progressbar')).not.toHaveAttribute('aria-valuenow')
})

test('a slot without a GPU is not called one', () => {
  const agent = anAgent()
  useFleetStore.setState({ agents: [{ ...agent, slots: agent.slots.map((slot) => ({ ...slot, gpu: null })) }] })
  card(aRunningJob())
  expect(text()).toContain('Video · atlas')
  expect(text()).not.toContain('GPU')
})

test('the card is a button with the prompt as its name', async () => {
  const job = aRunningJob()
  const onOpen = card(job)
  await userEvent.click(screen.getByRole('button', { name: 'the cat turns its head' }))
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: job.id }))
})

test('the job on the stage is marked', () => {
  const job = aRunningJob()
  useUiStore.setState({ focused: job.id })
  card(job)
  expect(screen.getByRole('button', { name: 'the cat turns its head' })).toHaveAttribute('aria-current', 'true')
})

test('cancel takes effect on the card at once, and is taken back when it fails', async () => {
  let answer = () => {}
  const asked = new Promise<void>((resolve) => {
    answer = resolve
  })
  server.use(
    http.post('*/api/jobs/:id/cancel', async () => {
      await asked
      return HttpResponse.json({ code: 'unavailable', detail: 'No.' }, { status: 503 })
    }),
  )
  const onOpen = card(aRunningJob())
  await userEvent.click(screen.getByRole('button', { name: 'Cancel this job' }))
  expect(text()).toContain('Canceling…')
  expect(screen.queryByRole('progressbar')).toBeNull()
  expect(screen.queryByRole('button', { name: 'Cancel this job' })).toBeNull()
  answer()
  await waitFor(() => expect(text()).toContain('Step 2 of 8'))
  expect(screen.getByRole('button', { name: 'Cancel this job' })).toBeVisible()
  expect(onOpen).not.toHaveBeenCalled()
})

test('retry makes a new job and leaves the old one', async () => {
  const old = aJob({ status: 'failed', error: error('stalled') })
  const again = aJob({ parent_id: old.id })
  server.use(http.post(`*/api/jobs/${old.id}/retry`, () => HttpResponse.json(again, { status: 202 })))
  card(old)
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }))
  await waitFor(() => expect(useJobStore.getState().waiting).toEqual([again.id]))
  expect(useJobStore.getState().recent).toEqual([old.id])
})

test('out of memory offers the same settings with a smaller size, in one click', async () => {
  const job = aJob({ status: 'failed', error: error('out_of_memory') })
  const config = {
    workflow: 'i2v',
    prompt: 'p',
    input_image: { image_id: 'i' },
    width: 1280,
    height: 720,
    num_frames: 81,
  }
  server.use(http.get(`*/api/jobs/${job.id}/config`, () => HttpResponse.json(config)))
  card(job)
  await userEvent.click(await screen.findByRole('button', { name: 'Use 832 × 480' }))
  expect(proposeConfig).toHaveBeenCalledExactlyOnceWith(
    { ...config, width: 832, height: 480 },
    'the cat turns its head',
  )
})

test('what nobody can run leads to the fleet', () => {
  card(aJob({ unservable: unservable(1) }))
  expect(screen.getByRole('link', { name: 'See the fleet' })).toHaveAttribute('href', '/fleet')
})

test('with no node at all the banner says it once, and the cards only that they wait', () => {
  useFleetStore.setState({ agents: [] })
  card(aJob({ unservable: unservable(0) }))
  expect(text()).toContain('Waiting for a GPU')
  expect(screen.queryByRole('link')).toBeNull()
})

test('the details hold the raw facts', async () => {
  server.use(http.get('*/config', () => HttpResponse.json({ workflow: 'i2v' })))
  card(aJob({ status: 'failed', error: error('out_of_memory'), attempts: 2, failures: 2, losses: 1 }))
  const button = screen.getByRole('button', { name: 'Details' })
  expect(button).toHaveAttribute('aria-expanded', 'false')
  await userEvent.click(button)
  expect(await screen.findByText('CUDA says no')).toBeVisible()
  const facts = screen.getAllByRole('term').map((term) => `${term.textContent} ${term.nextSibling?.textContent}`)
  expect(facts).toEqual(['Code out_of_memory', 'Attempts 2', 'Failed attempts 2', 'Lost nodes 1'])
})

async function menu(): Promise<string[]> {
  await userEvent.click(screen.getByRole('button', { name: 'More actions' }))
  const list = await screen.findByRole('menu')
  return within(list)
    .getAllByRole('menuitem')
    .map((item) => item.textContent ?? '')
}

test.each<[string, Job, string[]]>([
  ['running', aRunningJob(), ['Use these settings', 'Copy id']],
  ['done', aFinishedJob(), ['Use these settings', 'Run again', 'Download', 'Show in gallery', 'Copy id', 'Delete']],
  ['canceled', aJob({ status: 'canceled' }), ['Use these settings', 'Run again', 'Copy id', 'Delete']],
])('the menu of a job that is %s offers what can be done', async (_state, job, wanted) => {
  card(job)
  await expect(menu()).resolves.toEqual(wanted)
})

test('its settings can be used again', async () => {
  const job = aFinishedJob()
  card(job)
  await menu()
  await userEvent.click(screen.getByRole('menuitem', { name: 'Use these settings' }))
  expect(proposeSettingsOf).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: job.id }))
})

test('a picture that is gone gives way to the next best', () => {
  const job = aFinishedJob({ outputs: [anOutput()] })
  card(job)
  const picture = () => screen.getByRole('listitem').querySelector('img')
  expect(picture()?.getAttribute('src')).toBe('/api/jobs/x/outputs/0/thumbnail?size=256')
  act(() => void picture()?.dispatchEvent(new Event('error')))
  expect(picture()?.getAttribute('src')).toBe(`/api/jobs/${job.id}/inputs/0/thumbnail?size=256`)
  act(() => void picture()?.dispatchEvent(new Event('error')))
  expect(picture()).toBeNull()
})
