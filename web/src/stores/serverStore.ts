import { create } from 'zustand'
import { fetchServerConfig, inlined } from '@/api/config'
import { fetchSession } from '@/api/session'
import type { Config, Session, Workflow, WorkflowDescription } from '@/api/types'

interface ServerStore {
  /** Null until it is known; the shell usually brings it along. */
  config: Config | null
  session: Session | null
  failed: boolean
  load: () => Promise<void>
  setSession: (session: Session) => void
}

export const useServerStore = create<ServerStore>()((set, get) => ({
  ...inlined(),
  failed: false,
  load: async () => {
    set({ failed: false })
    try {
      const config = get().config ?? (await fetchServerConfig())
      const session = get().session ?? (await fetchSession())
      set({ config, session })
    } catch {
      set({ failed: true })
    }
  },
  setSession: (session) => set({ session }),
}))

/** Whether the caller must show a key before anything else. */
export function isLocked(session: Session | null): boolean {
  return session?.keys === true && session.name === null
}

/** Whether the caller may do what this scope covers; without keys everyone may everything. */
export function may(session: Session | null, scope: 'submit' | 'high' | 'admin'): boolean {
  return session !== null && (!session.keys || session.scopes.includes(scope))
}

export function describe(config: Config, workflow: Workflow): WorkflowDescription {
  const found = config.workflows.find((one) => one.name === workflow)
  if (!found) throw new Error(`the server has no workflow ${workflow}`)
  return found
}
