import { create } from 'zustand'
import type { Agent } from '@/api/types'

interface FleetStore {
  /** Null before the server has told. */
  agents: Agent[] | null
  setAgents: (agents: Agent[]) => void
  setAgent: (agent: Agent) => void
}

export const useFleetStore = create<FleetStore>()((set) => ({
  agents: null,
  setAgents: (agents) => set((store) => ({ agents: kept(store.agents ?? [], agents) })),
  setAgent: (agent) =>
    set(({ agents }) => ({ agents: agents?.map((one) => (one.id === agent.id ? agent : one)) ?? null })),
}))

/** Each frame brings the whole fleet: who looks as before stays the same object, and is not drawn again. */
function kept(known: Agent[], fresh: Agent[]): Agent[] {
  const byId = new Map(known.map((agent) => [agent.id, agent]))
  return fresh.map((agent) => {
    const old = byId.get(agent.id)
    return old && look(old) === look(agent) ? old : agent
  })
}

/** Each heartbeat moves `seen_at`, which is no news (nobody reads it of an agent that is there). */
function look(agent: Agent): string {
  return JSON.stringify({ ...agent, seen_at: null })
}

/** Agents that take jobs now, or will when they have a place. */
export function connected(agents: Agent[]): Agent[] {
  return agents.filter((agent) => agent.connected && agent.state !== 'lost')
}
