import type { Agent } from '@/api/types'
import type { Tone } from '@/components/ui/Pill'

/** How an agent fares, in one word: what its state says, and what keeps it from working although that is `online`. */
export type Condition = 'online' | 'away' | 'unhealthy' | 'paused' | 'draining' | 'quarantined' | 'lost'

/** What needs somebody comes first. */
export const CONDITIONS: readonly Condition[] = [
  'unhealthy',
  'quarantined',
  'paused',
  'away',
  'draining',
  'online',
  'lost',
]

export const TONES: Record<Condition, Tone> = {
  online: 'ok',
  away: 'warn',
  unhealthy: 'bad',
  paused: 'warn',
  draining: 'warn',
  quarantined: 'bad',
  lost: 'bad',
}

export function conditionOf(agent: Agent): Condition {
  if (agent.state === 'lost') return 'lost'
  if (!agent.connected) return 'away'
  if (agent.state !== 'online') return agent.state
  if (agent.pause !== null) return 'paused'
  return agent.slots.length > 0 && agent.slots.every((slot) => slot.state === 'broken') ? 'unhealthy' : 'online'
}

/** By condition, then by name as people count: node-2 before node-10. */
export function inOrder(agents: readonly Agent[]): Agent[] {
  const rank = (agent: Agent) => CONDITIONS.indexOf(conditionOf(agent))
  return [...agents].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true }))
}

/** Whether every word of the text stands in the name, a label, or the name of a GPU. */
export function matches(agent: Agent, text: string): boolean {
  const labels = Object.entries(agent.labels).map(([key, value]) => `${key}=${value}`)
  const all = [agent.name, ...labels, ...agent.gpus.map((gpu) => gpu.name)].join(' ').toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

/** Engines that are there to try Spool out: no model makes their pictures. */
export function isModel(engine: string): boolean {
  return engine !== 'preview' && engine !== 'scripted'
}
