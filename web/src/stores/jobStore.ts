import { create } from 'zustand'
import type { JobPage } from '@/api/jobs'
import type { Job, JobPatch } from '@/api/types'
import { markHeard } from '@/lib/heard'
import type { LinkState } from '@/realtime/socket'
import { fold, type Groups, group, isTerminal } from './fold'

export interface Queue {
  /** Jobs of everyone that wait. */
  depth: number
  limit: number
}

/** A change of a job's state, for whoever announces it. */
export interface Transition {
  job: Job
  from: Job['status'] | null
}

interface JobStore extends Groups {
  byId: Readonly<Record<string, Job>>
  /** The server's session, of which every job is; null before it has said. */
  session: string | null
  /** Where the socket resumes; opaque. */
  position: string | null
  link: LinkState
  /** When the server was last heard, in ms of this clock; null before the first time. */
  heardAt: number | null
  queue: Queue | null
  /** The page of older jobs after those that are known; null when there are none. */
  cursor: string | null
  loaded: boolean
  /** The session whose jobs are shown ended: everything that was known is gone from the server. */
  resetAt: number | null
  /** Jobs about to be deleted, shown nowhere: until the time to undo is over they are still there. */
  hidden: ReadonlySet<string>
  /** Jobs of which was heard that they are no more; for lists that hold pages of their own. */
  forgotten: ReadonlySet<string>

  /** Takes a page of `GET /api/jobs`: merges, and never moves a job back. */
  setJobs: (page: JobPage) => void
  /** Takes all that the server knows in place of all that is known here. */
  replace: (snapshot: { position: string; jobs: Job[]; cursor: string | null; queue: Queue }) => void
  apply: (position: string | null, patches: (Job | JobPatch)[]) => void
  forget: (ids: string[], position?: string) => void
  hide: (ids: string[]) => void
  unhide: (ids: string[]) => void
  /** The server greets: one of another session has none of the jobs that are shown. */
  welcome: (session: string) => void
  reset: () => void
  /** As when the page was opened: whoever signs in next is someone else. */
  clear: () => void
  setLink: (link: LinkState) => void
  setQueue: (queue: Queue) => void
  heard: (position?: string) => void
}

type Listener = (transition: Transition) => void
const listeners = new Set<Listener>()

/** Hears of every change of a job's state that came live (not of those that were there when the page opened). */
export function onTransition(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const EMPTY: Groups = { running: [], waiting: [], recent: [] }
/** Ids that are remembered as gone; what asked for them before they went has long been answered. */
const FORGOTTEN = 5000

function remembered(known: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> {
  return new Set([...known, ...ids].slice(-FORGOTTEN))
}

/** Estimates are from the moment in which they were told, even where they say the same as before. */
function hear(job: Job) {
  markHeard(job.starts_in_ms, Date.now())
  markHeard(job.progress?.eta_ms, Date.now())
}

/** What is known before the server has said anything. */
function nothing() {
  return {
    byId: {},
    ...EMPTY,
    session: null,
    position: null,
    link: 'connecting' as LinkState,
    heardAt: null,
    queue: null,
    cursor: null,
    loaded: false,
    resetAt: null,
    hidden: new Set<string>(),
    forgotten: new Set<string>(),
  }
}

export const useJobStore = create<JobStore>()((set, get) => {
  /** Merges, regroups when a state changed, and tells who listens. */
  function merge(news: (Job | JobPatch)[], base: Readonly<Record<string, Job>> = get().byId) {
    const known = get().byId
    const byId: Record<string, Job> = { ...base }
    const transitions: Transition[] = []
    let regroup = base !== known
    let changed = regroup
    for (const one of news) {
      // Told of before it went, by an answer that was slower than the news of its end.
      if (get().forgotten.has(one.id)) continue
      const before = byId[one.id] ?? known[one.id]
      const after = fold(before, one)
      if (after && one.version >= after.version) hear(after)
      if (!after || after === byId[one.id]) continue
      byId[one.id] = after
      changed = true
      if (before?.status === after.status) continue
      regroup = true
      if (get().loaded) transitions.push({ job: after, from: before?.status ?? null })
    }
    if (!changed) return { transitions, state: {} }
    return { transitions, state: regroup ? { byId, ...group(byId, get(), get().hidden) } : { byId } }
  }

  function commit(update: ReturnType<typeof merge>, more: Partial<JobStore>) {
    set({ ...update.state, ...more, heardAt: Date.now() })
    for (const transition of update.transitions) for (const listener of listeners) listener(transition)
  }

  return {
    ...nothing(),

    setJobs: (page) => {
      const first = !get().loaded
      // The socket's position is the socket's alone: a page's may be ahead of what the socket has told.
      commit(merge(page.items), first ? { loaded: true, cursor: page.cursor ?? null } : {})
    },
    replace: ({ position, jobs, cursor, queue }) => {
      commit(merge(jobs, {}), { position, cursor, queue, loaded: true })
    },
    apply: (position, patches) => commit(merge(patches), position === null ? {} : { position }),
    forget: (ids, position) => {
      const byId = { ...get().byId }
      for (const id of ids) delete byId[id]
      set({
        byId,
        ...group(byId, get(), get().hidden),
        forgotten: remembered(get().forgotten, ids),
        ...(position !== undefined && { position }),
        heardAt: Date.now(),
      })
    },
    hide: (ids) => {
      const hidden = new Set([...get().hidden, ...ids])
      set({ hidden, ...group(get().byId, get(), hidden) })
    },
    unhide: (ids) => {
      const hidden = new Set(get().hidden)
      for (const id of ids) hidden.delete(id)
      set({ hidden, ...group(get().byId, get(), hidden) })
    },
    welcome: (session) => {
      const before = get().session
      if (before !== null && before !== session) get().reset()
      set({ session, heardAt: Date.now() })
    },
    reset: () => {
      const known = get().byId
      const lost = Object.values(known).some((job) => !isTerminal(job))
      set({
        byId: {},
        ...EMPTY,
        // Which one begins is said by the next greeting; taken for another end, that would tell of a loss again.
        session: null,
        position: null,
        cursor: null,
        hidden: new Set(),
        forgotten: remembered(get().forgotten, Object.keys(known)),
        resetAt: lost ? Date.now() : get().resetAt,
      })
    },
    clear: () => set(nothing()),
    setLink: (link) => set({ link }),
    setQueue: (queue) => set({ queue, heardAt: Date.now() }),
    heard: (position) => set({ heardAt: Date.now(), ...(position !== undefined && { position }) }),
  }
})
