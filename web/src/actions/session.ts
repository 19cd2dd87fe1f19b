import { ApiError } from '@/api/client'
import { fetchSession, signIn, signOut } from '@/api/session'
import { useFleetStore } from '@/stores/fleetStore'
import { useJobStore } from '@/stores/jobStore'
import { previews } from '@/stores/live'
import { useServerStore } from '@/stores/serverStore'
import { useUiStore } from '@/stores/uiStore'

/**
 * Shows the key once; from then on the browser has a cookie. Throws what the server said against it. Whoever calls this
 * also empties the query cache: what it holds was another caller's.
 */
export async function enter(key: string): Promise<void> {
  const session = await signIn(key).catch((error: unknown) => {
    // The keys were taken away while this page was open.
    if (error instanceof ApiError && error.status === 404) return fetchSession()
    throw error
  })
  forget()
  useServerStore.getState().setSession(session)
}

/** Ends the login. Drafts stay in this browser. */
export async function leave(): Promise<void> {
  await signOut()
  forget()
  useServerStore.getState().setSession({ keys: true, name: null, scopes: [] })
}

/** All that the page knows of someone's jobs. */
function forget(): void {
  for (const id of Object.keys(useJobStore.getState().byId)) previews.drop(id)
  useJobStore.getState().clear()
  useFleetStore.setState({ agents: null })
  useUiStore.getState().set({ focused: null })
}
