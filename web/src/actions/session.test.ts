import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useJobStore } from '@/stores/jobStore'
import { useServerStore } from '@/stores/serverStore'
import { aFinishedJob } from '@/test/fixtures'
import { removeJobs } from './jobs'
import { enter, followSession, leave } from './session'

vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))

const ALICE = { keys: true, name: 'alice', scopes: ['submit' as const] }
const BOB = { ...ALICE, name: 'bob' }
const fetched = vi.fn<(request: Request) => Promise<Response>>()
const reload = vi.fn()
let stop: () => void

beforeEach(() => {
  vi.stubGlobal('fetch', fetched)
  fetched.mockReset()
  reload.mockReset()
  useJobStore.getState().clear()
  useServerStore.setState({ session: ALICE })
  stop = followSession(reload)
})

afterEach(() => {
  stop()
  vi.unstubAllGlobals()
})

const answers = (body: object) => fetched.mockImplementation(async () => Response.json(body))
const elsewhere = () => dispatchEvent(new StorageEvent('storage', { key: 'spool.session', newValue: '1' }))
const session = () => useServerStore.getState().session

test('whoever signs out leaves nothing, and what was just deleted stays deleted', async () => {
  const job = aFinishedJob()
  useJobStore.getState().setJobs({ items: [job], cursor: null, position: 'e:1' })
  removeJobs([job.id])
  fetched.mockImplementation(async () => new Response(null, { status: 204 }))
  await leave()
  const asked = fetched.mock.calls.map(([request]) => `${request.method} ${new URL(request.url).pathname}`)
  expect(asked).toEqual([`DELETE /api/jobs/${job.id}`, 'DELETE /api/session'])
  expect(useJobStore.getState()).toMatchObject({ byId: {}, recent: [], hidden: new Set(), forgotten: new Set() })
  expect(session()?.name).toBeNull()
})

test('the other tabs are told, and not of whom', async () => {
  answers(BOB)
  await enter('spool_0123456789')
  expect(localStorage.getItem('spool.session')).toMatch(/^\d+$/)
})

test('a tab begins anew when someone else has signed in in another one', async () => {
  answers(BOB)
  elsewhere()
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1))
})

test('a tab goes on when the same person has signed in again', async () => {
  useJobStore.getState().setLink('signed-out')
  answers(ALICE)
  elsewhere()
  await vi.waitFor(() => expect(useJobStore.getState().link).toBe('connecting'))
  expect([reload.mock.calls.length, session()]).toEqual([0, ALICE])
})
