import { client, unwrap } from './client'
import type { Agent, Queues } from './types'

export async function fetchQueues(signal?: AbortSignal): Promise<Queues> {
  return unwrap(client.GET('/api/queues', signal ? { signal } : {}))
}

/** It finishes what it has and takes nothing new. */
export async function drainAgent(id: string): Promise<Agent> {
  return unwrap(client.POST('/api/agents/{id}/drain', { params: { path: { id } } }))
}

export async function resumeAgent(id: string): Promise<Agent> {
  return unwrap(client.POST('/api/agents/{id}/resume', { params: { path: { id } } }))
}
