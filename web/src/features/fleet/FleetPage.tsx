import { useFleetStore } from '@/stores/fleetStore'
import { fleet } from '@/text/fleet'
import { AddNode } from './AddNode'
import { AgentList } from './AgentList'
import { FleetSummary } from './FleetSummary'
import { QueueTable } from './QueueTable'

/** The machines, what they do, and what waits for them. */
export default function FleetPage() {
  const nobody = useFleetStore((store) => store.agents?.length === 0)
  return (
    <div role="region" aria-label={fleet.title} tabIndex={0} className="pane min-h-0 flex-1">
      <div className="mx-auto flex max-w-6xl flex-col gap-5 px-4 py-5">
        <div>
          <h1 className="text-lg font-semibold">{fleet.title}</h1>
          <p className="text-sm text-fg-2">{fleet.lead}</p>
        </div>
        {nobody && <AddNode first />}
        <FleetSummary />
        <AgentList />
        <QueueTable />
        {!nobody && <AddNode first={false} />}
      </div>
    </div>
  )
}
