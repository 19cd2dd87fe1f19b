import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { Profiler } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useCancelStore } from '@/stores/cancelStore'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { aFinishedJob, aJob, aRunningJob } from '@/test/fixtures'
import { network } from '@/test/server'
import { show } from '@/test/show'
import { JobCard } from './JobCard'
import { JobRail } from './JobRail'

vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))

const server = network()
afterEach(() => {
  vi.useRealTimers()
})

const first = useJobStore.getInitialState()
const store = useJobStore.getState
beforeEach(() => {
  useJobStore.setState({ ...first, hidden: new Set() }, true)
  useCancelStore.setState({ ids: new Set() })
  useUiStore.setState({ focused: null })
})

const page = (items: ReturnType<typeof aJob>[], cursor: string | null = null) => ({ items, cursor, position: '1' })
const named = (prompt: string) => ({ params: { prompt } })
const headings = () => screen.getAllByRole('heading', { level: 3 }).map((heading) => heading.textContent)

test('before the jobs are known their place is held', () => {
  show(<JobRail />)
  expect(screen.getByRole('status')).toHaveTextContent('Loading the jobs')
})

test('with no jobs it says where they will be', () => {
  store().setJobs(page([]))
  show(<JobRail />)
  expect(screen.getByText('No jobs yet. They show up here on every device.')).toBeVisible()
})

test('jobs stand in groups with their counts', () => {
  store().setJobs(page([aRunningJob(), aJob(), aJob(), aFinishedJob()]))
  show(<JobRail />)
  expect(headings()).toEqual(['Running · 1', 'Up next · 2', 'Recent · 1'])
  act(() => store().reset())
  expect(screen.getByText('No jobs yet. They show up here on every device.')).toBeVisible()
})

test('a card puts its job on the stage', async () => {
  const job = aFinishedJob()
  store().setJobs(page([job]))
  show(<JobRail />)
  await userEvent.click(screen.getByRole('button', { name: 'the cat turns its head' }))
  expect(useUiStore.getState().focused).toBe(job.id)
})

test('a tick of one job draws only its card', () => {
  const [ticking, still] = [aRunningJob(), aRunningJob()]
  store().setJobs(page([ticking, still]))
  const drawn: string[] = []
  const open = () => {}
  show(
    <ul>
      {[ticking, still].map(({ id }) => (
        <Profiler key={id} id={id} onRender={(which) => drawn.push(which)}>
          <JobCard id={id} onOpen={open} />
        </Profiler>
      ))}
    </ul>,
  )
  drawn.length = 0
  act(() =>
    store().apply('2', [
      { id: ticking.id, version: 6, progress: { phase: 'denoise', step: 3, steps: 8, fraction: 0.5, eta_ms: null } },
    ]),
  )
  expect(new Set(drawn)).toEqual(new Set([ticking.id]))
})

test('all that waits is canceled behind a menu and a question, with the count in both', async () => {
  const asked: string[] = []
  server.use(
    http.post('*/api/jobs/:id/cancel', ({ params }) => {
      asked.push(String(params.id))
      return HttpResponse.json(aJob({ id: String(params.id), status: 'canceled', version: 2 }))
    }),
  )
  const waiting = [aJob(), aJob(), aJob()]
  store().setJobs(page([aRunningJob(), ...waiting]))
  show(<JobRail />)
  await userEvent.click(screen.getByRole('button', { name: 'Actions for Up next' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Cancel 3 waiting jobs' }))
  const question = await screen.findByRole('alertdialog', { name: 'Cancel 3 waiting jobs?' })
  expect(asked).toEqual([])
  // One begins to run and a new one comes while the question stands.
  const [begun, ...others] = waiting
  act(() => store().apply('2', [{ id: begun?.id ?? '', version: 2, status: 'running' }, aJob()]))
  await userEvent.click(within(question).getByRole('button', { name: 'Cancel 3 waiting jobs' }))
  await waitFor(() => expect(asked.toSorted()).toEqual(others.map(({ id }) => id).toSorted()))
  expect(store().byId[begun?.id ?? '']?.status).toBe('running')
})

test('whoever keeps them sends nothing', async () => {
  store().setJobs(page([aRunningJob(), aRunningJob()]))
  show(<JobRail />)
  await userEvent.click(screen.getByRole('button', { name: 'Actions for Running' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Cancel 2 running jobs' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Keep' }))
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull())
  expect(useCancelStore.getState().ids.size).toBe(0)
})

test('what has ended is deleted from a menu with its count', async () => {
  store().setJobs(page([aFinishedJob(), aFinishedJob()]))
  show(<JobRail />)
  await userEvent.click(screen.getByRole('button', { name: 'Actions for Recent' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete 2 finished jobs' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Delete 2 finished jobs' }))
  expect(store().recent).toEqual([])
})

test('older jobs come page by page until there are none', async () => {
  server.use(
    http.get('*/api/jobs', ({ request }) => {
      expect(new URL(request.url).searchParams.get('cursor')).toBe('c1')
      return HttpResponse.json(page([aFinishedJob(named('an old one'))]))
    }),
  )
  store().setJobs(page([aFinishedJob()], 'c1'))
  show(<JobRail />)
  await userEvent.click(screen.getByRole('button', { name: 'Load older' }))
  expect(await screen.findByRole('button', { name: 'an old one' })).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Load older' })).toBeNull()
})

test('a lost connection says how old the list is', () => {
  vi.useFakeTimers({ now: 1_000_000 })
  store().setJobs(page([aJob()]))
  store().setLink('reconnecting')
  show(<JobRail />)
  act(() => void vi.advanceTimersByTime(12_000))
  expect(screen.getByText('Last update 12 s ago')).toBeVisible()
})

test.each([
  [159, false],
  [160, true],
  [200, true],
])('a queue of 200 with %i says so: %s', (depth, said) => {
  store().setJobs(page([]))
  store().setLink('live')
  store().setQueue({ depth, limit: 200 })
  show(<JobRail />)
  expect(screen.queryByText(`Queue ${depth} of 200`) !== null).toBe(said)
})

test('a start counts down second by second, and stops at any moment', () => {
  vi.useFakeTimers({ now: 1_000_000 })
  const job = aJob({ queue_position: 1, starts_in_ms: { low: 5000, high: 10_000 } })
  store().setJobs(page([job]))
  show(<JobRail />)
  expect(screen.getByText('Next in line, starts in about 10 s')).toBeVisible()
  act(() => void vi.advanceTimersByTime(3000))
  expect(screen.getByText('Next in line, starts in about 7 s')).toBeVisible()
  // The server says the same again: it is as of now.
  act(() => store().apply(null, [{ ...job, starts_in_ms: { low: 5000, high: 10_000 } }]))
  act(() => void vi.advanceTimersByTime(1000))
  expect(screen.getByText('Next in line, starts in about 9 s')).toBeVisible()
  act(() => void vi.advanceTimersByTime(60_000))
  expect(screen.getByText('Next in line, starts any moment')).toBeVisible()
})

test('places in line are asked for while jobs wait, and only then', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const job = aJob({ queue_position: 3 })
  let asked = 0
  server.use(
    http.get('*/api/jobs', ({ request }) => {
      asked += 1
      expect(new URL(request.url).searchParams.get('status')).toBe('queued')
      return HttpResponse.json(page([{ ...job, queue_position: 1 }]))
    }),
  )
  store().setJobs(page([job]))
  store().setLink('live')
  show(<JobRail />)
  expect(screen.getByText('Number 3 in line')).toBeVisible()
  act(() => void vi.advanceTimersByTime(4000))
  expect(await screen.findByText('Next in line')).toBeVisible()
  act(() => store().apply('2', [{ id: job.id, version: 2, status: 'running', progress: null }]))
  act(() => void vi.advanceTimersByTime(20_000))
  expect(asked).toBe(1)
})

test('an older page that arrives after the list began anew leaves no gap in it', async () => {
  const old = aFinishedJob(named('old'))
  let send: (answer: Response) => void = () => {}
  server.use(http.get('*/api/jobs', () => new Promise<Response>((resolve) => (send = resolve))))
  store().setJobs(page([aFinishedJob()], 'after-one'))
  show(<JobRail />)
  await userEvent.click(screen.getByRole('button', { name: 'Load older' }))
  const queue = { depth: 0, limit: 10 }
  act(() => store().replace({ position: '9', jobs: [aFinishedJob()], cursor: 'of-the-new-list', queue }))
  send(HttpResponse.json(page([old])))
  await waitFor(() => expect(screen.getByRole('button', { name: 'Load older' })).toBeEnabled())
  expect(store().cursor).toBe('of-the-new-list')
  expect(store().byId[old.id]).toBeUndefined()
})
