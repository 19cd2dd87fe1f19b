import { ApiError } from '@/api/client'
import { fetchJobs } from '@/api/jobs'
import { socketAddress } from '@/lib/base'
import { Coalescer } from '@/realtime/coalesce'
import { Previews } from '@/realtime/previews'
import type { PreviewFrame, ServerFrame } from '@/realtime/protocol'
import { Link } from '@/realtime/socket'
import { Watch } from '@/realtime/watch'
import { useFleetStore } from './fleetStore'
import { isTerminal } from './fold'
import { onTransition, useJobStore } from './jobStore'

/** A look at the jobs that takes longer is given up for the next one. */
const LOOK_MS = 15_000

export const previews = new Previews()
let link: Link | null = null
export const watch = new Watch((ids) => link?.watch(ids))

/** Opens the page's one socket and folds what it says into the stores; the answer closes it. */
export function goLive(): () => void {
  const jobs = useJobStore.getState
  const ended = new AbortController()
  const ticks = new Coalescer(
    (position, news) => jobs().apply(position, news),
    ({ id, status }) => status !== undefined && jobs().byId[id]?.status !== status,
  )
  const pictures = new Map<string, PreviewFrame>()
  const opened = new Link(socketAddress('/api/ws'), {
    onFrame: (frame) => {
      if (frame.t === 'jobs') return ticks.take(frame.position, frame.p, document.hidden, performance.now())
      ticks.flush()
      take(frame)
    },
    onPreview: (preview) => {
      if (document.hidden) pictures.set(preview.job, preview)
      else show(preview)
    },
    onState: (state) => jobs().setLink(state),
    position: () => {
      ticks.flush()
      return jobs().position
    },
    poll: look,
  })

  let asked: { at: number; abort: AbortController } | null = null
  /** Asks for the newest jobs; one look at a time. */
  function look(): void {
    if (asked && performance.now() - asked.at < LOOK_MS) return
    asked?.abort.abort()
    const abort = new AbortController()
    const mine = { at: performance.now(), abort }
    asked = mine
    fetchJobs({}, abort.signal)
      .then(
        (page) => {
          // Whoever signs in next is someone else.
          if (!ended.signal.aborted) jobs().setJobs(page)
        },
        (error: unknown) => {
          // A refused handshake looks to the page like any other failure of its socket; this says why. That the server
          // cannot be reached, the link says.
          if (ended.signal.aborted || !(error instanceof ApiError) || error.status !== 401) return
          opened.stop()
          jobs().setLink('signed-out')
        },
      )
      .finally(() => {
        if (asked === mine) asked = null
      })
  }

  function catchUp() {
    if (document.hidden) return
    ticks.flush()
    for (const preview of pictures.values()) show(preview)
    pictures.clear()
  }

  document.addEventListener('visibilitychange', catchUp, { signal: ended.signal })
  // What has ended has a result to show, and what waits again begins anew.
  const quiet = onTransition(({ job }) => job.status !== 'running' && previews.drop(job.id))
  link = opened
  opened.start()
  // The socket brings them too; whichever is first is shown first.
  look()
  return () => {
    ended.abort()
    asked?.abort.abort()
    quiet()
    opened.stop()
    if (link === opened) link = null
  }
}

function show(preview: PreviewFrame): void {
  const job = useJobStore.getState().byId[preview.job]
  if (job && !isTerminal(job)) previews.add(preview)
}

/** All but news of jobs. */
function take(frame: Exclude<ServerFrame, { t: 'jobs' }>): void {
  const jobs = useJobStore.getState()
  switch (frame.t) {
    case 'snapshot':
      jobs.replace(frame)
      useFleetStore.getState().setAgents(frame.fleet)
      break
    case 'gone':
      jobs.forget(frame.ids, frame.position)
      break
    case 'queue':
      jobs.setQueue({ depth: frame.depth, limit: frame.limit })
      break
    case 'fleet':
      useFleetStore.getState().setAgents(frame.agents)
      break
    case 'reset':
      jobs.reset()
      break
    case 'resumed':
    case 'hb':
      jobs.heard(frame.position)
      break
    case 'welcome':
      jobs.welcome(frame.session)
      break
  }
}
