import { act, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { chime, notify } from '@/lib/notify'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { aFinishedJob, aJob, aRunningJob } from '@/test/fixtures'
import { Announcer } from './Announcer'

vi.mock('@/lib/notify', () => ({ chime: vi.fn(), notify: vi.fn(), unlockSound: vi.fn(() => () => {}) }))

const first = useJobStore.getInitialState()
const store = useJobStore.getState
beforeEach(() => {
  vi.useFakeTimers()
  vi.mocked(chime).mockClear()
  vi.mocked(notify).mockClear()
  useJobStore.setState({ ...first, hidden: new Set() }, true)
  useUiStore.setState({ sound: false, notifications: false })
  document.title = 'Spool'
  look(true)
})
afterEach(() => vi.useRealTimers())

function look(visible: boolean) {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visible ? 'visible' : 'hidden')
  document.dispatchEvent(new Event('visibilitychange'))
}

const load = (...items: ReturnType<typeof aJob>[]) => store().setJobs({ items, cursor: null, position: '1' })
const change = (...patches: Parameters<ReturnType<typeof store>['apply']>[1]) => act(() => store().apply('2', patches))
const said = () => screen.getByRole('log', { name: 'News of jobs' })
const alarmed = () => screen.getByRole('log', { name: 'Failures of jobs' })
const failedWith = { code: 'out_of_memory', message: 'm', hint: null, retryable: false } as const

test('changes of state are read out, percentages never', () => {
  const job = aJob()
  load(job)
  render(<Announcer />)
  change({ id: job.id, version: 2, status: 'assigned' })
  expect(said()).toBeEmptyDOMElement()
  change({ id: job.id, version: 3, status: 'running' })
  expect(said()).toHaveTextContent(/^Started: the cat turns its head$/)
  const progress = { phase: 'denoise', step: 3, steps: 8, fraction: 0.5, eta_ms: null } as const
  change({ id: job.id, version: 4, progress })
  expect(said()).toHaveTextContent(/^Started: the cat turns its head$/)
  change({ id: job.id, version: 5, status: 'succeeded' })
  expect(said().lastElementChild).toHaveTextContent('Done: the cat turns its head')
  expect(said()).toHaveAttribute('aria-live', 'polite')
})

test('jobs that were there when the page opened, or come with an older page, are not read out', () => {
  render(<Announcer />)
  act(() => load(aRunningJob(), aFinishedJob()))
  act(() => load(aFinishedJob()))
  expect(said()).toBeEmptyDOMElement()
})

test('a failure interrupts', () => {
  const job = aRunningJob()
  load(job)
  render(<Announcer />)
  change({ id: job.id, version: 6, status: 'failed', error: failedWith })
  expect(alarmed()).toHaveTextContent('Failed: the cat turns its head. The GPU ran out of memory')
  expect(alarmed()).toHaveAttribute('aria-live', 'assertive')
  expect(said()).toBeEmptyDOMElement()
})

test('a lost node is read out, a hand-out that came to nothing is not', () => {
  const [lost, bounced] = [aRunningJob(), aRunningJob({ status: 'assigned' })]
  load(lost, bounced)
  render(<Announcer />)
  change(
    { id: lost.id, version: 6, status: 'queued', losses: 1 },
    { id: bounced.id, version: 6, status: 'queued', bounces: 1 },
  )
  expect(said()).toHaveTextContent(/^Agent lost, back in line \(attempt 2\): the cat turns its head$/)
})

test('of many at once only a few are read out', () => {
  const many = Array.from({ length: 20 }, () => aRunningJob())
  load(...many)
  render(<Announcer />)
  change(...many.map(({ id }) => ({ id, version: 6, status: 'succeeded' as const })))
  expect(said().childElementCount).toBe(4)
})

test('the title follows what runs once a second, and is the plain name when nothing does', () => {
  const [one, two] = [aRunningJob(), aRunningJob()]
  load(one, two)
  render(<Announcer />)
  expect(document.title).toBe('42% · 2 running — Spool')
  change({ id: one.id, version: 6, progress: { phase: 'decode', step: 0, steps: 0, fraction: 0.9, eta_ms: null } })
  act(() => void vi.advanceTimersByTime(1000))
  expect(document.title).toBe('66% · 2 running — Spool')
  change({ id: one.id, version: 7, status: 'succeeded' }, { id: two.id, version: 7, status: 'canceled' })
  expect(document.title).toBe('Spool')
})

test('what ends while nobody looks stays in the title until somebody does', () => {
  const [one, two] = [aRunningJob(), aRunningJob({ params: { prompt: 'a dog' } })]
  load(one, two)
  render(<Announcer />)
  look(false)
  change({ id: one.id, version: 6, status: 'succeeded' })
  act(() => void vi.advanceTimersByTime(5000))
  expect(document.title).toBe('Done: the cat turns its head — Spool')
  change({ id: two.id, version: 6, status: 'failed', error: failedWith })
  expect(document.title).toBe('Failed: a dog — Spool')
  act(() => look(true))
  expect(document.title).toBe('Spool')
})

test('sound and notification come only when asked for, and on failure as well', () => {
  const [one, two, three] = [aRunningJob(), aRunningJob(), aRunningJob()]
  load(one, two, three)
  render(<Announcer />)
  change({ id: one.id, version: 6, status: 'succeeded' })
  expect(chime).not.toHaveBeenCalled()
  expect(notify).not.toHaveBeenCalled()
  act(() => useUiStore.getState().set({ sound: true, notifications: true }))
  change({ id: two.id, version: 6, status: 'failed', error: failedWith })
  expect(chime).toHaveBeenCalledExactlyOnceWith('failed')
  expect(notify).toHaveBeenCalledExactlyOnceWith('Failed', 'The GPU ran out of memory: the cat turns its head', two.id)
  change({ id: three.id, version: 6, status: 'canceled' })
  expect(chime).toHaveBeenCalledTimes(1)
})
