import { address } from '@/lib/base'
import { ApiError, client, problem, readJson, UNREACHABLE, unwrap } from './client'
import type { Job, JobList, Status, Workflow } from './types'

export interface JobPage extends Omit<JobList, 'items'> {
  items: Job[]
}

export interface JobQuery {
  limit?: number
  status?: Status
  workflow?: Workflow
  cursor?: string
}

/** Newest first, 50 unless `limit` says otherwise. */
export async function fetchJobs(query: JobQuery = {}, signal?: AbortSignal): Promise<JobPage> {
  const early = window.spoolJobs
  if (early && Object.keys(query).length === 0) {
    // The shell has asked already; only the first look may use that.
    window.spoolJobs = undefined
    const response = await early
    if (response?.ok) return readJson<JobPage>(Promise.resolve(response))
  }
  return unwrap(client.GET('/api/jobs', { params: { query }, ...(signal && { signal }) })) as Promise<JobPage>
}

/** Everything that is known of one job. */
export async function fetchJob(id: string, signal?: AbortSignal): Promise<Job> {
  return unwrap(client.GET('/api/jobs/{id}', { params: { path: { id } }, ...(signal && { signal }) })) as Promise<Job>
}

/** Final at once; 409 `already_finished` when it came too late. */
export async function cancelJob(id: string): Promise<Job> {
  return unwrap(client.POST('/api/jobs/{id}/cancel', { params: { path: { id } } })) as Promise<Job>
}

/** A new job with the same request; its `parent_id` is the old one. The same `key` never makes a second. */
export async function retryJob(id: string, key: string): Promise<Job> {
  const request = client.POST('/api/jobs/{id}/retry', {
    params: { path: { id }, header: { 'Idempotency-Key': key } },
  })
  return unwrap(request) as Promise<Job>
}

/** Its record and its files. */
export async function deleteJob(id: string, keepalive = false): Promise<void> {
  await unwrap(client.DELETE('/api/jobs/{id}', { params: { path: { id } }, keepalive }))
}

/** A request body: parameters, pictures by id (or inline), `workflow` and `priority`. */
export type JobConfig = { workflow: Workflow } & Record<string, unknown>

/** The request that makes this job again. */
export async function fetchConfig(id: string, signal?: AbortSignal): Promise<JobConfig> {
  const request = client.GET('/api/jobs/{id}/config', { params: { path: { id } }, ...(signal && { signal }) })
  return unwrap(request) as Promise<JobConfig>
}

/** The bytes of a file that the API names. */
export async function fetchFile(url: string): Promise<Blob> {
  const response = await fetch(address(url)).catch(() => {
    throw new ApiError(0, 'unreachable', UNREACHABLE)
  })
  if (response.ok) return response.blob()
  throw problem(response.status, await response.json().catch(() => null), response.headers.get('Retry-After'))
}
