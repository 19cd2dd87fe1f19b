import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Route } from 'wouter'
import { removeJobs, runAgain } from '@/actions/jobs'
import { proposeSettingsOf } from '@/actions/settings'
import type { Job } from '@/api/types'
import { useJobStore } from '@/stores/jobStore'
import { useServerStore } from '@/stores/serverStore'
import { aConfig, aFinishedJob, anOutput, aRunningJob } from '@/test/fixtures'
import { network } from '@/test/server'
import { show } from '@/test/show'
import GalleryPage from './GalleryPage'
import { useViewStore } from './viewStore'

vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))
vi.mock('@/actions/settings', () => ({ proposeSettingsOf: vi.fn(), continueWith: vi.fn() }))
vi.mock('@/actions/jobs', () => ({ removeJobs: vi.fn(), runAgain: vi.fn(), downloadOutput: vi.fn() }))

// jsdom lays nothing out.
const sizes = { clientWidth: 616, clientHeight: 800 }
for (const [name, value] of Object.entries(sizes)) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value })
}

const server = network()
beforeAll(() => {
  // As the server puts it into the page.
  document.head.append(Object.assign(document.createElement('base'), { href: '/' }))
})

const first = useJobStore.getInitialState()
let wide = true

beforeEach(() => {
  vi.clearAllMocks()
  wide = true
  vi.spyOn(window, 'matchMedia').mockImplementation(
    (query) =>
      ({ matches: wide && query.startsWith('(min-width'), addEventListener() {}, removeEventListener() {} }) as never,
  )
  window.scrollTo = vi.fn() as never
  useJobStore.setState({ ...first, loaded: true, hidden: new Set(), forgotten: new Set() }, true)
  useServerStore.setState({ config: aConfig })
  useViewStore.setState({ view: 'before' })
})

const png = () => [
  anOutput({ content_type: 'image/png', frames: null, fps: null, duration_ms: null, poster_url: null }),
]
const clip = (id: string, minute: number, change: Partial<Job> = {}) =>
  aFinishedJob({ id, params: { prompt: `clip ${id}`, seed: 7 }, created_at: time(minute), ...change })
const edit = (id: string, minute: number) => clip(id, minute, { workflow: 'qwen', outputs: png() })
const time = (minute: number) => `2026-11-30T10:${String(minute).padStart(2, '0')}:00.000Z`

/** A server with these jobs, newest first, in pages of this size. */
function serve(jobs: Job[], size = 50) {
  const asked: string[] = []
  server.use(
    http.get('*/api/jobs', ({ request }) => {
      const query = new URL(request.url).searchParams
      asked.push(query.toString())
      const found = jobs.filter((job) => !query.has('workflow') || job.workflow === query.get('workflow'))
      const from = Number(query.get('cursor') ?? 0)
      const cursor = from + size < found.length ? String(from + size) : null
      return HttpResponse.json({ items: found.slice(from, from + size), cursor, position: 'x' })
    }),
    http.get('*/api/jobs/:id', ({ params }) => {
      const job = jobs.find((one) => one.id === params.id)
      return job
        ? HttpResponse.json(job)
        : HttpResponse.json({ code: 'not_found', detail: 'no such job' }, { status: 404 })
    }),
  )
  return asked
}

function open(path: string) {
  history.replaceState(null, '', path)
  show(<Route path="/gallery/:id?">{({ id }) => <GalleryPage id={id ?? null} />}</Route>)
}

const tiles = () => screen.findAllByRole('gridcell')
const names = async () => (await tiles()).map((tile) => within(tile).getByRole('img').getAttribute('alt'))

test('results stand newest first, each with what it is and how long, the newest one large beside them', async () => {
  serve([clip('b', 9), edit('a', 5)])
  open('/gallery')
  expect(await names()).toEqual(['clip b', 'clip a'])
  expect(screen.getByRole('link', { name: /clip b.*Video.*5.1\ss/ })).toHaveAttribute('aria-current', 'true')
  expect(screen.getByRole('link', { name: /clip a.*Edited picture/ })).not.toHaveAttribute('aria-current')
  expect(await screen.findByRole('heading', { level: 2, name: 'clip b' })).toBeVisible()
})

test('a job that succeeds meanwhile is there at once, with nothing loaded again', async () => {
  const asked = serve([clip('a', 5)])
  open('/gallery')
  await tiles()
  act(() => useJobStore.getState().apply(null, [clip('b', 9)]))
  expect(await names()).toEqual(['clip b', 'clip a'])
  expect(asked).toHaveLength(1)
})

test('a result that is deleted elsewhere vanishes', async () => {
  serve([clip('b', 9), clip('a', 5)])
  open('/gallery')
  await tiles()
  act(() => useJobStore.getState().forget(['b']))
  expect(await names()).toEqual(['clip a'])
})

test('a filter in the address is what is asked for and shown as chosen', async () => {
  const asked = serve([clip('b', 9), edit('a', 5)])
  open('/gallery?workflow=qwen')
  expect(await names()).toEqual(['clip a'])
  expect(screen.getByRole('radio', { name: 'Edits' })).toBeChecked()
  expect(asked[0]).toContain('workflow=qwen')
  expect(asked[0]).toContain('status=succeeded')
})

test('choosing a filter changes the address', async () => {
  serve([clip('b', 9), edit('a', 5)])
  open('/gallery')
  await tiles()
  await userEvent.click(screen.getByRole('radio', { name: 'Videos' }))
  expect(location.search).toBe('?workflow=i2v')
  await waitFor(async () => expect(await names()).toEqual(['clip b']))
})

test('an empty gallery says where results come from', async () => {
  serve([])
  open('/gallery')
  expect(await screen.findByText('Finished work lands here')).toBeVisible()
  expect(screen.getByRole('link', { name: 'Create a video' })).toHaveAttribute('href', '/')
})

test('a filter that finds nothing can be cleared', async () => {
  serve([clip('b', 9)])
  open('/gallery?workflow=upscale')
  await userEvent.click(await screen.findByRole('button', { name: 'Show all' }))
  expect(await names()).toEqual(['clip b'])
  expect(location.search).toBe('')
})

test('when the first page does not come, trying again brings it', async () => {
  server.use(http.get('*/api/jobs', () => HttpResponse.json({ code: 'x', detail: 'Redis is away' }, { status: 503 })))
  open('/gallery')
  expect(await screen.findByText('Redis is away')).toBeVisible()
  serve([clip('a', 5)])
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await names()).toEqual(['clip a'])
})

test('when a later page does not come, the first stays and one row offers to try again', async () => {
  serve([clip('b', 9), clip('a', 5)], 1)
  server.use(
    http.get('*/api/jobs', ({ request }) =>
      new URL(request.url).searchParams.has('cursor')
        ? HttpResponse.json({ code: 'x', detail: 'no' }, { status: 503 })
        : undefined,
    ),
  )
  open('/gallery')
  const retry = await screen.findByRole('button', { name: 'Retry' })
  expect(screen.getByRole('link', { name: /clip b/ })).toBeVisible()
  serve([clip('b', 9), clip('a', 5)], 1)
  await userEvent.click(retry)
  await waitFor(async () => expect(await names()).toEqual(['clip b', 'clip a']))
})

test('the grid is one stop for Tab, arrows move in it, Enter opens and J goes on', async () => {
  serve([clip('d', 9), clip('c', 8), clip('b', 7), clip('a', 6)])
  open('/gallery')
  const links = (await tiles()).map((tile) => within(tile).getByRole('link'))
  expect(links.map((link) => link.tabIndex)).toEqual([0, -1, -1, -1])
  act(() => links[0]?.focus())
  await userEvent.keyboard('{ArrowRight}{ArrowDown}')
  expect(document.activeElement).toBe(links[3])
  await userEvent.keyboard('{ArrowUp}{ArrowLeft}{Enter}')
  expect(location.pathname).toBe('/gallery/d')
  await userEvent.keyboard('j')
  expect(location.pathname).toBe('/gallery/c')
  await userEvent.keyboard('k')
  expect(location.pathname).toBe('/gallery/d')
})

test('R on a tile uses its settings, and C shows it compared', async () => {
  serve([clip('b', 9), edit('a', 5)])
  useViewStore.setState({ view: 'result' })
  open('/gallery')
  await tiles()
  act(() => screen.getByRole('link', { name: /clip a/ }).focus())
  await userEvent.keyboard('r')
  expect(proposeSettingsOf).toHaveBeenCalledWith(expect.objectContaining({ id: 'a' }))
  await userEvent.keyboard('c')
  expect(location.pathname).toBe('/gallery/a')
  expect(await screen.findByRole('slider', { name: /Before and after/ })).toBeVisible()
})

test('several can be chosen and deleted, which is handed to what can undo it', async () => {
  serve([clip('c', 9), clip('b', 7), clip('a', 5)])
  open('/gallery')
  await tiles()
  await userEvent.click(screen.getByRole('button', { name: 'Select' }))
  await userEvent.click(screen.getByRole('checkbox', { name: /clip c/ }))
  await userEvent.click(screen.getByRole('checkbox', { name: /clip a/ }))
  await userEvent.click(screen.getByRole('button', { name: 'Delete 2' }))
  expect(removeJobs).toHaveBeenCalledWith(['c', 'a'])
  expect(screen.queryByRole('checkbox')).toBeNull()
})

test('Escape ends choosing', async () => {
  serve([clip('b', 7), clip('a', 5)])
  open('/gallery')
  await tiles()
  await userEvent.click(screen.getByRole('button', { name: 'Select' }))
  await userEvent.click(screen.getByRole('checkbox', { name: /clip a/ }))
  await userEvent.keyboard('{Escape}')
  expect(screen.queryByRole('checkbox')).toBeNull()
  expect(screen.getByRole('button', { name: 'Select' })).toBeVisible()
})

test('nothing moves while several are chosen: what succeeds meanwhile comes in afterwards', async () => {
  serve([clip('b', 7), clip('a', 5)])
  open('/gallery')
  await tiles()
  await userEvent.click(screen.getByRole('button', { name: 'Select' }))
  act(() => useJobStore.getState().apply(null, [clip('c', 9)]))
  expect(await names()).toEqual(['clip b', 'clip a'])
  await userEvent.click(screen.getByRole('button', { name: 'Done' }))
  expect(await names()).toEqual(['clip c', 'clip b', 'clip a'])
})

test('what is hidden until the time to undo is over is not shown, and is again when it is undone', async () => {
  serve([clip('b', 9), clip('a', 5)])
  open('/gallery')
  await tiles()
  act(() => useJobStore.getState().hide(['b']))
  expect(await names()).toEqual(['clip a'])
  act(() => useJobStore.getState().unhide(['b']))
  expect(await names()).toEqual(['clip b', 'clip a'])
})

test('deleting the result that is shown goes on to the next', async () => {
  serve([clip('b', 9), clip('a', 5)])
  open('/gallery/b')
  await userEvent.click(await screen.findByRole('button', { name: 'Delete' }))
  expect(removeJobs).toHaveBeenCalledWith(['b'])
  expect(location.pathname).toBe('/gallery/a')
})

test('a result can be run again, downloaded and exported', async () => {
  serve([clip('b', 9)])
  open('/gallery/b')
  await userEvent.click(await screen.findByRole('button', { name: 'Run again' }))
  expect(runAgain).toHaveBeenCalledWith('b')
  expect(screen.getByRole('link', { name: 'Export config' })).toHaveAttribute(
    'href',
    '/api/jobs/b/config?download=true',
  )
})

test('an id that is not there says so', async () => {
  serve([clip('b', 9)])
  open('/gallery/zzz')
  expect(await screen.findByText('This result is not here any more')).toBeVisible()
})

test('a job that runs says how it stands, and shows its result when it is done', async () => {
  const running = aRunningJob({ id: 'r', params: { prompt: 'soon' } })
  const jobs = [running]
  serve(jobs)
  useJobStore.getState().apply(null, [running])
  open('/gallery/r')
  expect(await screen.findByText('Its result appears here when it is done.')).toBeVisible()
  expect(screen.getByRole('link', { name: 'To the jobs' })).toHaveAttribute('href', '/jobs')
  const done = clip('r', 9, { params: { prompt: 'soon' } })
  jobs[0] = done
  act(() => useJobStore.getState().apply(null, [done]))
  expect(await screen.findByRole('heading', { level: 2, name: 'soon' })).toBeVisible()
})

test('where it comes from and what it led to are links, and a parent that is gone says so', async () => {
  serve([
    clip('child', 9, { parent_id: 'me' }),
    clip('me', 8, { parent_id: 'mum' }),
    clip('mum', 7, { parent_id: 'old' }),
  ])
  open('/gallery/me')
  const parents = (await screen.findByText('Comes from')).closest('section') as HTMLElement
  expect(await within(parents).findByRole('link', { name: /clip mum/ })).toHaveAttribute('href', '/gallery/mum')
  expect(parents).toHaveTextContent('not here any more')
  const children = screen.getByText('Led to').closest('section') as HTMLElement
  expect(within(children).getByRole('link', { name: /clip child/ })).toHaveAttribute('href', '/gallery/child')
})

test('a file that is gone from storage says so in its place', async () => {
  useViewStore.setState({ view: 'result' })
  serve([clip('b', 9)])
  server.use(http.get('*/outputs/0', () => HttpResponse.json({ code: 'gone' }, { status: 410 })))
  open('/gallery/b')
  const video = await screen.findByLabelText('Video: clip b')
  act(() => void video.dispatchEvent(new Event('error')))
  expect(await screen.findByText('The file is gone from storage')).toBeVisible()
})

test('on a small screen a result has the page to itself, with a way back that keeps the filter', async () => {
  wide = false
  serve([clip('b', 9)])
  open('/gallery/b?workflow=i2v')
  expect(await screen.findByRole('heading', { level: 1, name: 'clip b' })).toBeVisible()
  expect(screen.queryByRole('grid')).toBeNull()
  expect(screen.getByRole('link', { name: 'Gallery' })).toHaveAttribute('href', '/gallery?workflow=i2v')
})
