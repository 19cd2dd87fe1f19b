import { ApiError } from '@/api/client'
import { fetchJobs } from '@/api/jobs'
import { socketAddress } from '@/lib/base'
import { Previews } from '@/realtime/previews'
import type { ServerFrame } from '@/realtime/protocol'
import { Link } from '@/realtime/socket'
import { Watch } from '@/realtime/watch'
import { useFleetStore } from './fleetStore'
import { isTerminal } from './fold'
import { useJobStore } from './jobStore'

export const previews = new Previews()
let link: Link | null = null
export const watch = new Watch((ids) => link?.watch(ids))

/** Opens the page's one socket and folds what it says into the stores; the answer closes it. */
export function goLive(): () => void {
  const jobs = useJobStore.getState
  const opened = new Link(socketAddress('/api/ws'), {
    onFrame: take,
    onPreview: (preview) => {
      const job = jobs().byId[preview.job]
      if (job && !isTerminal(job)) previews.add(preview)
    },
    onState: (state) => jobs().setLink(state),
    position: () => jobs().position,
    poll: look,
  })
  link = opened
  opened.start()
  // The socket brings them too; whichever is first is shown first.
  look()
  return () => {
    opened.stop()
    link = null
  }
}

function look(): void {
  fetchJobs().then(
    (page) => useJobStore.getState().setJobs(page),
    (error: unknown) => {
      // A refused handshake looks to the page like any other failure of its socket; this says why. That the server
      // cannot be reached, the link says.
      if (error instanceof ApiError && error.status === 401) {
        link?.stop()
        useJobStore.getState().setLink('signed-out')
      }
    },
  )
}

function take(frame: ServerFrame): void {
  const jobs = useJobStore.getState()
  switch (frame.t) {
    case 'snapshot':
      jobs.replace(frame)
      useFleetStore.getState().setAgents(frame.fleet)
      break
    case 'jobs':
      jobs.apply(frame.position, frame.p)
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
