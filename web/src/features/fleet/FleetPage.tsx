import { useFleetStore } from '@/stores/fleetStore'
import { useJobStore } from '@/stores/jobStore'
import { fleet } from '@/text/fleet'
import { AddNode } from './AddNode'
import { AgentList } from './AgentList'
import { FleetSkeleton } from './FleetSkeleton'
import { FleetSummary } from './FleetSummary'
import { QueueTable } from './QueueTable'
import { useQueues } from './useQueues'

/** The machines, what they do, and what waits for them. */
export default function FleetPage() {
  const agents = useFleetStore((store) => store.agents)
  const coming = useJobStore((store) => store.link === 'connecting' || store.link === 'live')
  const { isPending } = useQueues()
  const nobody = agents?.length === 0
  return (
    <div role="region" aria-label={fleet.title} tabIndex={0} className="pane min-h-0 flex-1">
      <div className="mx-auto flex max-w-6xl flex-col gap-5 px-4 py-5">
        <div>
          <h1 className="text-lg font-semibold">{fleet.title}</h1>
          <p className="text-sm text-fg-2">{fleet.lead}</p>
        </div>
        {nobody && <AddNode first />}
        {/* What stands below a list waits for it where it comes soon, because nobody knows its height before. */}
        {agents === null && coming ? (
          <FleetSkeleton />
        ) : (
          <>
            <FleetSummary />
            <AgentList />
            <QueueTable />
            {!nobody && !isPending && <AddNode first={false} />}
          </>
        )}
      </div>
    </div>
  )
}
