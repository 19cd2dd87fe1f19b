import type { Agent, Queues } from '@/api/types'
import { connected } from '@/stores/fleetStore'
import { common } from '@/text/common'
import { fleet } from '@/text/fleet'
import { about } from '@/text/format'
import { conditionOf } from './condition'

type Level = 'calm' | 'warn' | 'bad'

/** What a tile says. */
export interface Figure {
  label: string
  value: string
  note: string
  level: Level
}

export function placesFigure(agents: readonly Agent[]): Figure {
  const here = connected([...agents])
  const slots = here.flatMap((agent) => agent.slots)
  const total = sum(here.map((agent) => agent.places.total))
  const free = sum(here.map((agent) => agent.places.free))
  const broken = slots.filter((slot) => slot.state === 'broken').length
  const starting = slots.filter((slot) => slot.state === 'starting').length
  return {
    label: slots.every((slot) => slot.gpu !== null) ? fleet.gpusBusy : fleet.placesBusy,
    value: total === 0 ? fleet.noPlaces : fleet.of(total - free, total),
    note:
      broken > 0 ? fleet.broken(broken) : starting > 0 ? fleet.starting(starting) : total > 0 ? fleet.allHealthy : '',
    level: broken > 0 ? 'warn' : 'calm',
  }
}

export function agentsFigure(agents: readonly Agent[]): Figure {
  const conditions = agents.map(conditionOf)
  const online = conditions.filter((condition) => condition === 'online').length
  const draining = conditions.filter((condition) => condition === 'draining').length
  const lost = conditions.filter((condition) => condition === 'lost').length
  const notes = [draining > 0 && fleet.draining(draining), lost > 0 && fleet.lostAgents(lost)].filter(Boolean)
  return {
    label: fleet.agentsOnline,
    value: fleet.of(online, agents.length),
    note: notes.length > 0 ? notes.join(' · ') : online > 0 && online === agents.length ? fleet.allOnline : '',
    level: lost > 0 ? 'warn' : 'calm',
  }
}

const AMBER = 0.8

export function queueFigure(depth: number, limit: number, queues: Queues | undefined): Figure {
  const oldest = Math.max(...(queues?.items.map((item) => item.oldest_waiting_ms ?? 0) ?? []), 0)
  const level: Level = depth >= limit ? 'bad' : depth >= limit * AMBER ? 'warn' : 'calm'
  const calm = depth === 0 ? fleet.nobodyWaits : oldest > 0 ? fleet.oldest(oldest) : ''
  const note = level === 'bad' ? fleet.full : level === 'warn' ? fleet.almostFull : calm
  return { label: fleet.queue, value: fleet.of(depth, limit), note, level }
}

/** For the workflow that waits longest of those that some agent offers: a promise that holds for each. */
export function waitFigure(queues: Queues | undefined): Figure {
  const offered = queues?.items.filter((item) => item.agents > 0) ?? []
  if (offered.length === 0) return { label: fleet.wait, value: fleet.waitsForGpu, note: '', level: 'calm' }
  const busy = offered.filter((item) => item.places.free === 0)
  if (busy.length === 0) return { label: fleet.wait, value: fleet.noWait, note: fleet.freeNow, level: 'calm' }
  const measured = busy.flatMap(({ workflow, estimated_wait_ms: span }) => (span ? [{ workflow, span }] : []))
  const [longest] = measured.sort((a, b) => b.span.high - a.span.high)
  if (!longest) return { label: fleet.wait, value: fleet.notMeasured, note: '', level: 'calm' }
  return {
    label: fleet.wait,
    value: about(longest.span),
    note: fleet.longestFor(common.workflows[longest.workflow]),
    level: 'calm',
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
