import { SearchX } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button } from '@/components/ui/Button'
import { EmptyState } from '@/components/ui/EmptyState'
import { Skeleton } from '@/components/ui/Skeleton'
import { useNow } from '@/components/useNow'
import { useFleetStore } from '@/stores/fleetStore'
import { fleet } from '@/text/fleet'
import { AgentCard } from './AgentCard'
import { AgentFilter } from './AgentFilter'
import { type Condition, conditionOf, inOrder, matches } from './condition'

/** As many can be looked over without a filter, and are on the screen at once. */
const FEW = 4
const TICK_MS = 15_000

/** Every machine, what needs somebody first. */
export function AgentList() {
  const agents = useFleetStore((store) => store.agents)
  const now = useNow(true, TICK_MS)
  const [text, setText] = useState('')
  const [state, setState] = useState<Condition | null>(null)
  const shown = useMemo(
    () =>
      inOrder(agents ?? []).filter(
        (agent) => matches(agent, text.trim()) && (state === null || conditionOf(agent) === state),
      ),
    [agents, text, state],
  )
  if (agents === null) return <Skeleton className="h-56" />
  if (agents.length === 0) return null
  const filtered = text.trim() !== '' || state !== null
  return (
    <section aria-labelledby="fleet-agents" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <h2 id="fleet-agents" className="text-base font-semibold">
          {fleet.agents}
        </h2>
        {(agents.length > FEW || filtered) && (
          <AgentFilter agents={agents} text={text} state={state} onText={setText} onState={setState} />
        )}
      </div>
      <p role="status" className={filtered ? 'num text-xs text-fg-3' : 'sr-only'}>
        {filtered && fleet.shown(shown.length, agents.length)}
      </p>
      {shown.map((agent, index) => (
        <AgentCard key={agent.id} agent={agent} now={now} far={index >= FEW} />
      ))}
      {shown.length === 0 && (
        <EmptyState
          icon={<SearchX />}
          title={fleet.noneMatch}
          action={
            <Button
              onClick={() => {
                setText('')
                setState(null)
              }}
            >
              {fleet.clearFilter}
            </Button>
          }
        >
          {fleet.noneMatchDetail}
        </EmptyState>
      )}
    </section>
  )
}
