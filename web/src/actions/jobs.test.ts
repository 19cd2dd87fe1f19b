import { waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'
import { toast } from '@/components/ui/toast'
import { useCancelStore } from '@/stores/cancelStore'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { aFinishedJob, aJob, aRunningJob } from '@/test/fixtures'
import { network } from '@/test/server'
import { cancelJobs, downloadOutput, removeJobs, runAgain } from './jobs'

vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))

const server = network()

const first = useJobStore.getInitialState()
beforeEach(() => {
  vi.mocked(toast.message).mockClear()
  vi.mocked(toast.success).mockClear()
  vi.mocked(toast.error).mockClear()
  useJobStore.setState({ ...first, hidden: new Set() }, true)
  useCancelStore.setState({ ids: new Set() })
})

const jobs = () => useJobStore.getState()
const refusal = (status: number, code: string, detail = 'No.') => HttpResponse.json({ code, detail }, { status })

test('only the job that was meant is canceled, at once for who looks', async () => {
  const [wanted, other] = [aRunningJob(), aRunningJob()]
  jobs().apply(null, [wanted, other])
  const asked: string[] = []
  server.use(
    http.post('*/api/jobs/:id/cancel', ({ params }) => {
      asked.push(String(params.id))
      expect(useCancelStore.getState().ids.has(wanted.id)).toBe(true)
      return HttpResponse.json({ ...wanted, status: 'canceled', version: 6 })
    }),
  )
  await cancelJobs([wanted.id])
  expect(asked).toEqual([wanted.id])
  expect(jobs().byId[wanted.id]?.status).toBe('canceled')
  expect(jobs().byId[other.id]?.status).toBe('running')
  expect(useCancelStore.getState().ids.size).toBe(0)
  expect(toast.error).not.toHaveBeenCalled()
})

test('a cancel that fails is taken back, and said', async () => {
  const job = aRunningJob()
  jobs().apply(null, [job])
  server.use(http.post('*/api/jobs/:id/cancel', () => refusal(503, 'unavailable', 'Redis is away.')))
  await cancelJobs([job.id])
  expect(useCancelStore.getState().ids.size).toBe(0)
  expect(jobs().byId[job.id]?.status).toBe('running')
  expect(toast.error).toHaveBeenCalledWith('Could not cancel the job', { description: 'Redis is away.' })
})

test('a cancel that came too late is no failure', async () => {
  server.use(http.post('*/api/jobs/:id/cancel', () => refusal(409, 'already_finished')))
  await cancelJobs(['a'])
  expect(toast.message).toHaveBeenCalledWith('It had finished already')
  expect(toast.error).not.toHaveBeenCalled()
})

test('of many, those that failed are counted', async () => {
  server.use(
    http.post('*/api/jobs/:id/cancel', ({ params }) =>
      params.id === 'b' || params.id === 'c'
        ? refusal(503, 'unavailable')
        : HttpResponse.json(aJob({ id: String(params.id), status: 'canceled' })),
    ),
  )
  await cancelJobs(['a', 'b', 'c', 'd', 'e', 'f'])
  expect(toast.error).toHaveBeenCalledWith('Could not cancel 2 jobs', { description: 'No.' })
})

test('a second click on cancel sends nothing', async () => {
  let sent = 0
  server.use(
    http.post('*/api/jobs/:id/cancel', () => {
      sent += 1
      return HttpResponse.json(aJob({ id: 'a', status: 'canceled' }))
    }),
  )
  await Promise.all([cancelJobs(['a']), cancelJobs(['a'])])
  expect(sent).toBe(1)
})

test('run again makes one new job, however often it is clicked', async () => {
  let sent = 0
  const again = aJob({ parent_id: 'old' })
  server.use(
    http.post('*/api/jobs/old/retry', () => {
      sent += 1
      return HttpResponse.json(again, { status: 202 })
    }),
  )
  const [made, second] = await Promise.all([runAgain('old'), runAgain('old')])
  expect(made?.id).toBe(again.id)
  expect(second).toBeNull()
  expect(sent).toBe(1)
  expect(jobs().waiting).toEqual([again.id])
})

test('a run that got no answer is asked for again under the same key, and the next wish has another', async () => {
  const keys: (string | null)[] = []
  let answers = 0
  server.use(
    http.post('*/api/jobs/old/retry', ({ request }) => {
      keys.push(request.headers.get('Idempotency-Key'))
      answers += 1
      return answers === 1 ? HttpResponse.error() : HttpResponse.json(aJob({ parent_id: 'old' }), { status: 202 })
    }),
  )
  expect(await runAgain('old')).toBeNull()
  expect(await runAgain('old')).not.toBeNull()
  expect(await runAgain('old')).not.toBeNull()
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
})

test('a refused run says why', async () => {
  server.use(http.post('*/api/jobs/old/retry', () => refusal(410, 'gone', 'A picture is no longer stored.')))
  await expect(runAgain('old')).resolves.toBeNull()
  expect(toast.error).toHaveBeenCalledWith('Could not run it again', { description: 'A picture is no longer stored.' })
})

/** What the toast of the deletion was given. */
function offered() {
  const options = vi.mocked(toast.message).mock.calls[0]?.[1]
  if (!options) throw new Error('nothing was said')
  return options
}

test('a deletion hides at once, and undo brings back without a request', () => {
  const job = aFinishedJob()
  jobs().apply(null, [job])
  useUiStore.setState({ focused: job.id })
  removeJobs([job.id])
  expect(jobs().recent).toEqual([])
  expect(useUiStore.getState().focused).toBeNull()
  // A page of the list may come in between.
  jobs().setJobs({ items: [job], cursor: null, position: '1' })
  jobs().apply(null, [{ ...job, version: 20 }])
  expect(jobs().recent).toEqual([])
  offered().action?.onClick()
  expect(jobs().recent).toEqual([job.id])
  offered().onAutoClose?.()
  window.dispatchEvent(new Event('pagehide'))
  expect(jobs().recent).toEqual([job.id])
})

test.each(['onAutoClose', 'onDismiss'] as const)('it is deleted when the time to undo is over (%s)', async (end) => {
  const job = aFinishedJob()
  jobs().apply(null, [job])
  const asked: string[] = []
  server.use(
    http.delete('*/api/jobs/:id', ({ params }) => {
      asked.push(String(params.id))
      return new HttpResponse(null, { status: 204 })
    }),
  )
  removeJobs([job.id])
  expect(asked).toEqual([])
  offered()[end]?.()
  await waitFor(() => expect(jobs().byId[job.id]).toBeUndefined())
  await waitFor(() => expect(jobs().hidden.size).toBe(0))
  expect(asked).toEqual([job.id])
})

test('it is deleted when the page goes, by requests that outlive it', async () => {
  const kept: boolean[] = []
  const list = [aFinishedJob(), aFinishedJob()]
  jobs().apply(null, list)
  vi.stubGlobal('fetch', async (request: Request) => {
    kept.push(request.keepalive)
    return new Response(null, { status: 204 })
  })
  removeJobs(list.map(({ id }) => id))
  window.dispatchEvent(new Event('pagehide'))
  await waitFor(() => expect(kept).toEqual([true, true]))
  offered().onAutoClose?.()
  vi.unstubAllGlobals()
})

test('what could not be deleted comes back, and what was gone stays away', async () => {
  const [stays, gone] = [aFinishedJob(), aFinishedJob()]
  jobs().apply(null, [stays, gone])
  server.use(
    http.delete('*/api/jobs/:id', ({ params }) =>
      params.id === gone.id ? refusal(404, 'not_found') : refusal(503, 'unavailable'),
    ),
  )
  removeJobs([stays.id, gone.id])
  offered().onAutoClose?.()
  await waitFor(() => expect(toast.error).toHaveBeenCalledWith('Could not delete the job', { description: 'No.' }))
  expect(jobs().recent).toEqual([stays.id])
})

test('a result is saved under its prompt', async () => {
  const saved: string[] = []
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(`${this.href} as ${this.download}`)
  })
  URL.createObjectURL = () => 'blob:1'
  URL.revokeObjectURL = () => {}
  server.use(http.get('*/api/jobs/x/outputs/0', () => HttpResponse.arrayBuffer(new ArrayBuffer(4))))
  const job = aFinishedJob({ id: '1f0d7c52-0000-8000-8000-000000000001' })
  const [output] = job.outputs
  if (!output) throw new Error('no output')
  downloadOutput(job, output)
  await waitFor(() => expect(saved).toEqual(['blob:1 as spool-the-cat-turns-its-head-1f0d7c52.mp4']))
  // What is too large to pass through the page comes as the server names it.
  downloadOutput(job, { ...output, bytes: 200_000_000 })
  expect(saved[1]).toBe('http://spool.test/api/jobs/x/outputs/0?download as ')
})

test('a result that is gone is said, not saved', async () => {
  server.use(http.get('*/api/jobs/x/outputs/0', () => refusal(410, 'gone', 'The file is no longer stored.')))
  const job = aFinishedJob()
  for (const output of job.outputs) downloadOutput(job, output)
  await waitFor(() =>
    expect(toast.error).toHaveBeenCalledWith('Could not download the result', {
      description: 'The file is no longer stored.',
    }),
  )
})
