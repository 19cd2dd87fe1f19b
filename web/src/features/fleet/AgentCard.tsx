import clsx from 'clsx'
import { Cpu, ServerOff } from 'lucide-react'
import { memo } from 'react'
import type { Agent } from '@/api/types'
import { Pill } from '@/components/ui/Pill'
import { fleet } from '@/text/fleet'
import { AgentFacts } from './AgentFacts'
import { type Condition, conditionOf, TONES } from './condition'
import { DrainButton } from './DrainButton'
import { GpuTile } from './GpuTile'

interface AgentCardProps {
  agent: Agent
  /** Of all cards, so that their words grow old together. */
  now: number
  /** So far down the list that it is laid out only when it comes into view: until then its height is a guess. */
  far?: boolean
}

/** One machine. `memo`: of hundreds, only those that changed are drawn again. */
export const AgentCard = memo(function AgentCard({ agent, now, far = false }: AgentCardProps) {
  const condition = conditionOf(agent)
  const lost = condition === 'lost'
  const note = noteOf(agent, condition, now)
  const title = `agent-${agent.id}`
  return (
    <article
      aria-labelledby={title}
      className={clsx(
        'overflow-hidden rounded-xl border bg-surface',
        far && '[contain-intrinsic-size:auto_260px] [content-visibility:auto]',
        (lost || condition === 'away') && 'border-dashed border-line-strong',
      )}
    >
      <header className="flex flex-wrap items-center gap-x-2.5 gap-y-1 border-b px-4 py-2.5">
        {lost ? (
          <ServerOff size={18} aria-hidden className="shrink-0 text-bad" />
        ) : (
          <Cpu size={18} aria-hidden className="shrink-0 text-accent-text" />
        )}
        <h3 id={title} className="min-w-0 text-sm font-semibold break-words">
          {agent.name}
        </h3>
        <Pill tone={TONES[condition]}>{fleet.states[condition]}</Pill>
        <Seen agent={agent} condition={condition} now={now} />
        <DrainButton agent={agent} />
      </header>
      <div className="flex flex-col gap-3 p-4">
        {note !== null && <p className="text-sm text-fg-2">{note}</p>}
        {lost ? <Hardware agent={agent} /> : <Places agent={agent} condition={condition} />}
        <AgentFacts agent={agent} now={now} />
      </div>
    </article>
  )
})

/** Heartbeats of an agent that is there are not told one by one, so of it is said only since when. */
function Seen({ agent, condition, now }: AgentCardProps & { condition: Condition }) {
  const words = [fleet.version(agent.version)]
  if (condition === 'lost') words.push(fleet.seen(now - Date.parse(agent.seen_at)))
  else if (condition !== 'away') words.push(fleet.connectedFor(now - Date.parse(agent.connected_at)))
  return (
    <p className="num order-last w-full text-xs text-fg-2 sm:order-none sm:ml-auto sm:w-auto">{words.join(' · ')}</p>
  )
}

function noteOf(agent: Agent, condition: Condition, now: number): string | null {
  switch (condition) {
    case 'lost':
      return fleet.lost(now - Date.parse(agent.seen_at))
    case 'quarantined':
      return fleet.quarantined(agent.quarantined_until ?? new Date(now).toISOString())
    case 'paused':
      return fleet.paused(agent.pause ?? '')
    default:
      return fleet.notes[condition]
  }
}

const TILES = 'grid gap-3 sm:grid-cols-2 xl:grid-cols-3'

function Places({ agent, condition }: { agent: Agent; condition: Condition }) {
  return (
    <ul aria-label={fleet.places(agent.name)} className={TILES}>
      {agent.slots.map((slot) => (
        <GpuTile key={slot.index} slot={slot} condition={condition} />
      ))}
    </ul>
  )
}

/** Nobody knows what a lost agent does; only what it had. */
function Hardware({ agent }: { agent: Agent }) {
  if (agent.gpus.length === 0) return null
  return (
    <ul aria-label={fleet.hardware(agent.name)} className={TILES}>
      {agent.gpus.map((gpu) => (
        <li key={gpu.index} className="num flex gap-2 rounded-lg border border-dashed px-3 py-2 text-xs text-fg-2">
          <span className="font-semibold">{fleet.gpu(gpu.index)}</span>
          <span className="min-w-0 flex-1 truncate">{gpu.name}</span>
          <span className="shrink-0">{fleet.gigabytes(gpu.memory_bytes)}</span>
        </li>
      ))}
    </ul>
  )
}
