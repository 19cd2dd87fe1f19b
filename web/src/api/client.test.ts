import { expect, test, vi } from 'vitest'
import { ApiError, problem, readJson, unwrap } from './client'

test('a problem of the server keeps its code, its fields and how long to wait', () => {
  const errors = [{ pointer: '/prompt', message: 'prompt must have at most 500 characters' }]
  const error = problem(422, { code: 'validation_failed', detail: 'no', errors }, '7')
  expect(error).toMatchObject({ status: 422, code: 'validation_failed', message: 'no', errors, retryAfter: 7000 })
})

test("a proxy's page is a problem, too", () => {
  expect(problem(502, null, null)).toMatchObject({ code: 'unavailable', message: 'The server answered 502.' })
})

test('no answer at all is told apart from every answer', async () => {
  const lost = Promise.reject(new TypeError('Failed to fetch'))
  await expect(readJson(lost)).rejects.toMatchObject({ code: 'unreachable', status: 0, unreachable: true })
  await expect(unwrap(Promise.reject(new TypeError('Failed to fetch')))).rejects.toBeInstanceOf(ApiError)
})

test('an answer that broke off is as none', async () => {
  await expect(readJson(Promise.resolve(new Response('{"id":"1f0', { status: 201 })))).rejects.toMatchObject({
    code: 'unreachable',
  })
})

test('what was given up stays an abort', async () => {
  const abort = new DOMException('stop', 'AbortError')
  await expect(unwrap(Promise.reject(abort))).rejects.toBe(abort)
})

test('the first look takes the answer that the shell has asked for, once', async () => {
  const { fetchJobs } = await import('./jobs')
  const early = { items: [], cursor: null, position: 'e:1' }
  window.spoolJobs = Promise.resolve(Response.json(early))
  const fetched = vi.fn(async () => Response.json({ ...early, position: 'e:2' }))
  vi.stubGlobal('fetch', fetched)
  expect(await fetchJobs()).toEqual(early)
  expect((await fetchJobs()).position).toBe('e:2')
  expect(fetched).toHaveBeenCalledTimes(1)
  vi.unstubAllGlobals()
})
