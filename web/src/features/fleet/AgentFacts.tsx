import type { ReactNode } from 'react'
import type { Agent } from '@/api/types'
import { common } from '@/text/common'
import { fleet } from '@/text/fleet'
import { isModel } from './condition'

/** What an agent offers, has done and costs. */
export function AgentFacts({ agent, now }: { agent: Agent; now: number }) {
  const labels = Object.entries(agent.labels)
  return (
    <dl className="num flex flex-wrap gap-x-8 gap-y-3 text-xs">
      <Fact name={fleet.offers}>{agent.workflows.length > 0 ? <Offers agent={agent} /> : fleet.offersNothing}</Fact>
      <Fact name={fleet.jobs}>
        {fleet.done(agent.jobs_done)}
        {agent.jobs_failed > 0 ? <span className="text-bad"> · {fleet.failed(agent.jobs_failed)}</span> : null}
      </Fact>
      {agent.price_per_hour !== null && <Cost agent={agent} price={agent.price_per_hour} now={now} />}
      <Fact name={fleet.memory}>{fleet.gigabytes(agent.memory_bytes)}</Fact>
      {labels.length > 0 && (
        <Fact name={fleet.labels}>
          <span className="flex flex-wrap gap-1">
            {labels.map(([key, value]) => (
              <span key={key} className="rounded-sm border px-1.5 break-all">
                {key}={value}
              </span>
            ))}
          </span>
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-fg-3">{name}</dt>
      <dd className="text-fg-2">{children}</dd>
    </div>
  )
}

function Offers({ agent }: { agent: Agent }) {
  return (
    <span className="flex flex-wrap gap-x-3">
      {agent.workflows.map(({ workflow, engine }) => (
        <span key={workflow}>
          {fleet.engine(common.workflows[workflow], engine)}
          {!isModel(engine) && <span className="text-warn"> ({fleet.noModel})</span>}
        </span>
      ))}
    </span>
  )
}

/** Since it connected last; earlier connections are not known. */
function Cost({ agent, price, now }: { agent: Agent; price: number; now: number }) {
  const until = agent.state === 'lost' ? Date.parse(agent.seen_at) : now
  const hours = Math.max(0, until - Date.parse(agent.connected_at)) / 3_600_000
  return (
    <Fact name={fleet.cost}>
      {fleet.price(price)} · {fleet.soFar(price * hours)}
    </Fact>
  )
}
