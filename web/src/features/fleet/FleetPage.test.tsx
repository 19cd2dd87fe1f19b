import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, it, vi } from 'vitest'
import type { Agent, Queues } from '@/api/types'
import { useFleetStore } from '@/stores/fleetStore'
import { useJobStore } from '@/stores/jobStore'
import { useServerStore } from '@/stores/serverStore'
import { aConfig, anAgent, aRunningJob } from '@/test/fixtures'
import { network } from '@/test/server'
import FleetPage from './FleetPage'

const QUEUE = {
  depth: { high: 0, normal: 0, low: 0 },
  delayed: 0,
  oldest_waiting_ms: null,
  agents: 1,
  places: { total: 1, free: 1 },
  estimated_wait_ms: null,
}
const QUEUES: Queues = {
  items: [{ ...QUEUE, workflow: 'i2v', classes: [{ ...QUEUE, class: 'i2v.480p.81.lightning', attempt_ms: null }] }],
  waiting: 0,
  delayed: 0,
  limit: 10_000,
  assigned: 0,
  running: 0,
}

const server = network()

const OPEN = { keys: false, name: null, scopes: [] }

beforeEach(() => {
  useServerStore.setState({ config: aConfig, session: OPEN })
  useJobStore.getState().clear()
  useJobStore.setState({ link: 'live' })
  useFleetStore.setState({ agents: null })
})

function show(agents: Agent[], queues: Queues | null = QUEUES) {
  if (queues) server.use(http.get('*/api/queues', () => HttpResponse.json(queues)))
  useFleetStore.getState().setAgents(agents)
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <QueryClientProvider client={client}>
      <FleetPage />
    </QueryClientProvider>,
  )
}

const card = (name = 'atlas') => within(screen.getByRole('article', { name }))
const slot = (change: Partial<Agent['slots'][number]>) => ({
  index: 0,
  state: 'ready' as const,
  job: null,
  gpu: null,
  ...change,
})
const LOST: Partial<Agent> = { state: 'lost', connected: false, slots: [], places: { total: 0, free: 0 } }

it('says of a lost agent when it was last heard, and never that it is idle', () => {
  show([anAgent({ ...LOST, seen_at: new Date(Date.now() - 4 * 60_000 - 5000).toISOString() })])
  expect(card().getByText('Lost')).toBeVisible()
  expect(card().getByText(/Last report 4 min ago\. What it ran was put back in line\./)).toBeVisible()
  expect(card().getByText('RTX 4090')).toBeVisible()
  expect(card().queryByText('Idle')).toBeNull()
  expect(card().queryByRole('meter')).toBeNull()
  expect(card().queryByRole('button', { name: /Drain/ })).toBeNull()
})

it.each<[string, Partial<Agent>, RegExp]>([
  ['Draining', { state: 'draining' }, /Finishing up, takes no new jobs/],
  ['Set aside', { state: 'quarantined', quarantined_until: '2026-11-30T11:00:00Z' }, /Job after job failed on it/],
  ['Paused', { pause: 'the disk is full' }, /the disk is full/],
  ['Connection lost', { connected: false }, /may be back in a moment/],
  ['Not working', { slots: [slot({ state: 'broken' })] }, /None of its workers starts/],
])('says that an agent is %s, and why, and not that it is idle', (word, change, why) => {
  show([anAgent(change)])
  expect(card().getByText(word)).toBeVisible()
  expect(card().getByText(why)).toBeVisible()
  expect(card().queryByText('Idle')).toBeNull()
})

it('shows the load of a GPU, and what is not measured not at all', () => {
  show([anAgent()])
  expect(card().getByRole('meter', { name: 'Utilisation' })).toHaveAttribute('aria-valuetext', '34%')
  expect(card().getByRole('meter', { name: 'Memory' })).toHaveAttribute('aria-valuetext', '12 of 24 GB')
  expect(card().getByText('58 °C')).toBeVisible()
  expect(card().getByText('Idle')).toBeVisible()
})

it('shows a place without a GPU', () => {
  show([anAgent({ slots: [slot({ state: 'starting' })], gpus: [] })])
  expect(card().getByText('Processor')).toBeVisible()
  expect(card().getByText('Worker starting')).toBeVisible()
  expect(card().queryByRole('meter')).toBeNull()
})

it('names one’s own job and leads to it, and keeps quiet about that of another key', () => {
  useServerStore.setState({ session: { keys: true, name: 'alice', scopes: ['submit'] } })
  const job = aRunningJob({ params: { prompt: 'a fox in snow' } })
  useJobStore.getState().apply(null, [job])
  show([anAgent({ slots: [slot({ state: 'busy', job: job.id }), slot({ index: 1, state: 'busy' })] })])
  expect(card().getByRole('link', { name: /a fox in snow/ })).toHaveAttribute('href', '/')
  expect(card().getByText('Someone’s job')).toBeVisible()
})

it('says which engines have no model', () => {
  show([anAgent({ workflows: [{ workflow: 'i2v', engine: 'preview', classes: [] }] })])
  expect(card().getByText('(no AI model)')).toBeVisible()
})

it('says what an agent cost since it connected', () => {
  show([anAgent({ price_per_hour: 0.5, connected_at: new Date(Date.now() - 2 * 3_600_000).toISOString() })])
  expect(card().getByText('0.50 an hour · 1.00 so far')).toBeVisible()
})

it('asks before it drains, shows it at once, and takes it back when the server refuses', async () => {
  let answer = () => {}
  const asked = new Promise<void>((resolve) => {
    answer = resolve
  })
  server.use(
    http.post('*/api/agents/a1/drain', async () => {
      await asked
      return HttpResponse.json({ code: 'forbidden', detail: 'no' }, { status: 403 })
    }),
  )
  show([anAgent()])
  await userEvent.click(card().getByRole('button', { name: 'Drain atlas' }))
  expect(screen.getByRole('alertdialog')).toHaveAccessibleName('Drain atlas?')
  expect(screen.queryByText('Draining')).toBeNull()
  await userEvent.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Drain' }))
  expect(card().getByText('Draining')).toBeVisible()
  answer()
  await vi.waitFor(() => expect(card().getByText('Online')).toBeVisible())
})

it('resumes without asking, and shows what the server made of it', async () => {
  // It is stopping by itself, so it goes on draining.
  server.use(
    http.post('*/api/agents/a1/resume', () => HttpResponse.json(anAgent({ state: 'draining', jobs_done: 77 }))),
  )
  show([anAgent({ state: 'draining' })])
  await userEvent.click(card().getByRole('button', { name: 'Resume atlas' }))
  expect(await card().findByText('77 done')).toBeVisible()
  expect(card().getByText('Draining')).toBeVisible()
})

it('does not let a key without the scope admin drain, and says so', () => {
  useServerStore.setState({ session: { keys: true, name: 'alice', scopes: ['submit'] } })
  show([anAgent()])
  const button = card().getByRole('button', { name: 'Drain atlas' })
  expect(button).toBeDisabled()
  expect(button).toHaveAccessibleDescription('Needs a key with the scope admin')
})

it('finds one of many by its name, its labels or its state', async () => {
  const many = [1, 2, 3, 4, 10].map((n) =>
    anAgent({ id: `a${n}`, name: `node-${n}`, labels: { region: n > 3 ? 'us' : 'eu' } }),
  )
  show([anAgent({ ...LOST, id: 'gone', name: 'old' }), ...many])
  const names = () => screen.getAllByRole('article').map((one) => within(one).getByRole('heading').textContent)
  expect(names()).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-10', 'old'])
  await userEvent.type(screen.getByRole('searchbox'), 'region=us')
  expect(names()).toEqual(['node-4', 'node-10'])
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'State' }), 'lost')
  expect(screen.getByText('No agent matches')).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'Clear the filter' }))
  expect(names()).toHaveLength(6)
})

it('shows the lines that add a node first of all when there is none', () => {
  show([])
  expect(screen.getByRole('heading', { name: 'No GPU is connected yet' })).toBeVisible()
  expect(screen.queryByRole('article')).toBeNull()
})

it('opens the kinds of job of a queue', async () => {
  show([anAgent()])
  await userEvent.click(await screen.findByRole('button', { name: /1 kind/ }))
  expect(screen.getByText('480p · up to 81 frames · Lightning')).toBeVisible()
})

it('says when the queues cannot be had, and tries again when asked', async () => {
  server.use(http.get('*/api/queues', () => HttpResponse.json(QUEUES)))
  server.use(http.get('*/api/queues', () => new HttpResponse(null, { status: 503 }), { once: true }))
  show([anAgent()], null)
  expect(await screen.findByText('Could not load the queues')).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('button', { name: /1 kind/ })).toBeVisible()
})
