import { client, unwrap } from './client'
import type { Session } from './types'

export async function fetchSession(): Promise<Session> {
  return unwrap(client.GET('/api/session'))
}

/** A key once, a cookie from then on. */
export async function signIn(key: string): Promise<Session> {
  return unwrap(client.POST('/api/session', { body: { key } }))
}

export async function signOut(): Promise<void> {
  await unwrap(client.DELETE('/api/session'))
}
