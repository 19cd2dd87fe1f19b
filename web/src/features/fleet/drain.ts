import { drainAgent, resumeAgent } from '@/api/fleet'
import type { Agent } from '@/api/types'
import { toast } from '@/components/ui/toast'
import { useFleetStore } from '@/stores/fleetStore'
import { fleet } from '@/text/fleet'

/** The agent finishes what it has and gets nothing new. Shown at once, and taken back if the server refuses. */
export function drain(agent: Agent): Promise<void> {
  return change(agent, { ...agent, state: 'draining' }, drainAgent, fleet.drainFailed(agent.name))
}

/** It gets jobs again. */
export function resume(agent: Agent): Promise<void> {
  const resumed: Agent = { ...agent, state: 'online', quarantined_until: null }
  return change(agent, resumed, resumeAgent, fleet.resumeFailed(agent.name))
}

async function change(before: Agent, after: Agent, ask: (id: string) => Promise<Agent>, failed: string): Promise<void> {
  const { setAgent } = useFleetStore.getState()
  setAgent(after)
  try {
    // What it is now: an agent that is stopping stays `draining` whatever anyone says.
    setAgent(await ask(before.id))
  } catch (error) {
    setAgent(before)
    toast.error(failed, { description: error instanceof Error ? error.message : '' })
  }
}
