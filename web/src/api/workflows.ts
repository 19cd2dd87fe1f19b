import { address } from '@/lib/base'
import { readJson } from './client'
import type { Job, Outlook, Workflow } from './types'

/** Sends a job. The same `key` with the same body never makes a second one. */
export async function submitJob(workflow: Workflow, body: Record<string, unknown>, key: string): Promise<Job> {
  return readJson<Job>(
    fetch(address(`/api/workflows/${workflow}`), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify(body),
    }),
  )
}

/** How long such a job would take and wait, and what keeps it from running, if anything does. */
export async function fetchOutlook(
  workflow: Workflow,
  query: Record<string, string | number>,
  signal?: AbortSignal,
): Promise<Outlook> {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
  return readJson<Outlook>(
    fetch(address(`/api/workflows/${workflow}/outlook?${text}`), signal ? { signal } : undefined),
  )
}
