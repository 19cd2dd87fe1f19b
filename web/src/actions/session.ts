import { ApiError } from '@/api/client'
import { fetchSession, signIn, signOut } from '@/api/session'
import { useCancelStore } from '@/stores/cancelStore'
import { useFleetStore } from '@/stores/fleetStore'
import { useImportStore } from '@/stores/importStore'
import { useJobStore } from '@/stores/jobStore'
import { previews } from '@/stores/live'
import { useServerStore } from '@/stores/serverStore'
import { useUiStore } from '@/stores/uiStore'
import { finishDeletions } from './jobs'

/** Written when someone came or went; the other tabs hear of it. It says nothing of whom. */
const CHANGED = 'spool.session'

/**
 * Shows the key once; from then on the browser has a cookie. Throws what the server said against it. Answers that were for
 * whoever was here before are let go when the page that asks for a key is shown (app/App.tsx).
 */
export async function enter(key: string): Promise<void> {
  const session = await signIn(key).catch((error: unknown) => {
    // The keys were taken away while this page was open.
    if (error instanceof ApiError && error.status === 404) return fetchSession()
    throw error
  })
  forget()
  useServerStore.getState().setSession(session)
  tell()
}

/** Ends the login. Drafts stay in this browser. */
export async function leave(): Promise<void> {
  // What was deleted stays so, although the time to undo it is not over.
  await finishDeletions()
  await signOut()
  forget()
  useServerStore.getState().setSession({ keys: true, name: null, scopes: [] })
  tell()
}

/**
 * Follows a sign-in or sign-out of another tab: its cookie is this one's, too, and what is shown here would be mixed with
 * what is someone else's. The answer stops it.
 */
export function followSession(reload = () => location.reload()): () => void {
  const follow = async ({ key }: StorageEvent) => {
    if (key !== CHANGED) return
    const now = await fetchSession().catch(() => null)
    if (now === null) return
    const before = useServerStore.getState().session
    // Someone else begins with nothing that is in memory; drafts are kept.
    if (now.name !== before?.name) reload()
    else if (useJobStore.getState().link === 'signed-out') {
      forget()
      useServerStore.getState().setSession(now)
    }
  }
  const listener = (event: StorageEvent) => void follow(event)
  addEventListener('storage', listener)
  return () => removeEventListener('storage', listener)
}

function tell(): void {
  try {
    localStorage.setItem(CHANGED, String(Date.now()))
  } catch {
    // A browser that keeps nothing tells nothing.
  }
}

/** All that the page knows of someone's jobs. */
function forget(): void {
  previews.clear()
  useJobStore.getState().clear()
  useCancelStore.setState({ ids: new Set() })
  useImportStore.getState().close()
  useFleetStore.setState({ agents: null })
  useUiStore.getState().set({ focused: null })
}
