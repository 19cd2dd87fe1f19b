import { type ReactNode, useId } from 'react'
import { Row } from './Section'

interface ToggleProps {
  title: string
  help: string
  on: boolean
  onChange: (on: boolean) => void
  /** Why it cannot be turned on; takes the place of the help. */
  unavailable?: string | null
  /** Before the switch. */
  children?: ReactNode
}

/** A row with a switch: on or off at once. */
export function Toggle({ title, help, on, onChange, unavailable = null, children }: ToggleProps) {
  const id = useId()
  return (
    <Row title={title} labelFor={id} help={unavailable ?? help} helpId={`${id}-help`}>
      <div className="flex items-center gap-3">
        {children}
        <span className="relative flex h-8 w-12 shrink-0 items-center coarse:h-11">
          <input
            id={id}
            type="checkbox"
            role="switch"
            aria-checked={on}
            checked={on}
            disabled={unavailable !== null}
            aria-describedby={`${id}-help`}
            onChange={(event) => onChange(event.target.checked)}
            className="peer absolute inset-0 cursor-pointer appearance-none rounded-full disabled:cursor-not-allowed"
          />
          <span
            aria-hidden
            className="pointer-events-none h-6 w-11 rounded-full border border-line-strong bg-sunken peer-checked:border-accent peer-checked:bg-accent peer-disabled:border-dashed"
          />
          <span
            aria-hidden
            className="pointer-events-none absolute left-1 size-4 rounded-full bg-fg-3 peer-checked:translate-x-5 peer-checked:bg-accent-fg"
          />
        </span>
      </div>
    </Row>
  )
}
