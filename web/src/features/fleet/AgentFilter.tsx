import { useId } from 'react'
import type { Agent } from '@/api/types'
import { fleet } from '@/text/fleet'
import { CONDITIONS, type Condition, conditionOf } from './condition'

interface AgentFilterProps {
  agents: readonly Agent[]
  text: string
  state: Condition | null
  onText: (text: string) => void
  onState: (state: Condition | null) => void
}

const CONTROL = 'h-9 rounded-md border bg-surface px-3 text-sm coarse:h-11'

export function AgentFilter({ agents, text, state, onText, onState }: AgentFilterProps) {
  const id = useId()
  const count = (condition: Condition) => agents.filter((agent) => conditionOf(agent) === condition).length
  return (
    <search className="flex w-full flex-wrap gap-2 sm:w-auto">
      <label htmlFor={`${id}-text`} className="sr-only">
        {fleet.filter}
      </label>
      <input
        id={`${id}-text`}
        type="search"
        value={text}
        onChange={(event) => onText(event.target.value)}
        placeholder={fleet.filterHint}
        autoComplete="off"
        className={`${CONTROL} min-w-0 flex-1 basis-44 placeholder:text-fg-3`}
      />
      <label htmlFor={`${id}-state`} className="sr-only">
        {fleet.stateFilter}
      </label>
      <select
        id={`${id}-state`}
        value={state ?? ''}
        onChange={(event) => onState((event.target.value || null) as Condition | null)}
        className={`${CONTROL} flex-1 sm:flex-none`}
      >
        <option value="">{fleet.everyState}</option>
        {CONDITIONS.filter((condition) => count(condition) > 0 || condition === state).map((condition) => (
          <option key={condition} value={condition}>
            {fleet.states[condition]} ({count(condition)})
          </option>
        ))}
      </select>
    </search>
  )
}
