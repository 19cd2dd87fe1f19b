import { client, unwrap } from './client'
import type { Config, Session } from './types'

interface Inlined {
  config: Config | null
  session: Session | null
}

/** What the server put into the shell, so that the first paint waits for nothing. */
export function inlined(): Inlined {
  const text = document.getElementById('spool-state')?.textContent
  return text ? (JSON.parse(text) as Inlined) : { config: null, session: null }
}

/** Every workflow with the limits, defaults and help of its fields. */
export async function fetchServerConfig(signal?: AbortSignal): Promise<Config> {
  return unwrap(client.GET('/api/config', signal ? { signal } : {})) as Promise<Config>
}
