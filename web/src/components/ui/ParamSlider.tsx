import { Minus, Plus } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { Slider } from './Slider'

interface ParamSliderProps {
  label: string
  /** After the label, in a lighter tone. */
  unit?: string
  value: number
  minimum: number
  maximum: number
  /** Allowed are `minimum`, `minimum + step`, … */
  step: number
  onChange: (value: number) => void
  help?: ReactNode
  error?: string | undefined
}

/** The nearest value that is allowed. */
export function snap(value: number, minimum: number, maximum: number, step: number): number {
  // A maximum between two steps is none that is allowed; a fraction may be a crumb short of a whole step.
  const most = Math.floor((maximum - minimum) / step + 1e-9)
  const snapped = minimum + Math.min(most, Math.max(0, Math.round((value - minimum) / step))) * step
  const digits = step < 1 ? (String(step).split('.')[1]?.length ?? 0) : 0
  return Number(snapped.toFixed(digits))
}

/** A number with a slider: typed freely, snapped to what is allowed when the field is left. */
export function ParamSlider(props: ParamSliderProps) {
  const { label, unit, value, minimum, maximum, step, onChange, help, error } = props
  const id = useId()
  // What is being typed; it may not be a number yet.
  const [typed, setTyped] = useState<string | null>(null)
  const move = (by: number) => onChange(snap(value + by * step, minimum, maximum, step))

  function commit() {
    // Many keyboards of phones have a comma and no point.
    const number = typed === null || typed.trim() === '' ? Number.NaN : Number(typed.replace(',', '.'))
    if (Number.isFinite(number)) onChange(snap(number, minimum, maximum, step))
    setTyped(null)
  }

  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium text-fg-2">
          {label} {unit !== undefined && <span className="font-normal text-fg-3">{unit}</span>}
        </label>
        <div className="flex h-8 items-center rounded-md border bg-sunken coarse:h-11">
          <StepButton label={`Less ${label.toLowerCase()}`} disabled={value <= minimum} onClick={() => move(-1)}>
            <Minus size={14} aria-hidden />
          </StepButton>
          <input
            id={id}
            inputMode="decimal"
            autoComplete="off"
            value={typed ?? String(value)}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={commit}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) commit()
              if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
                event.preventDefault()
                setTyped(null)
                if (!event.altKey) move(event.key === 'ArrowUp' ? 1 : -1)
              }
            }}
            role="spinbutton"
            aria-valuenow={value}
            aria-valuemin={minimum}
            aria-valuemax={maximum}
            aria-invalid={error !== undefined}
            aria-describedby={`${id}-note`}
            className="num h-full w-14 bg-transparent text-center text-sm"
          />
          <StepButton label={`More ${label.toLowerCase()}`} disabled={value >= maximum} onClick={() => move(1)}>
            <Plus size={14} aria-hidden />
          </StepButton>
        </div>
      </div>
      <Slider
        aria-label={`${label}, slider`}
        min={minimum}
        max={maximum}
        step={step}
        value={value}
        onChange={(moved) => onChange(snap(moved, minimum, maximum, step))}
        className="w-full"
      />
      <p id={`${id}-note`} className={error === undefined ? 'min-h-4 text-xs text-fg-3' : 'min-h-4 text-xs text-bad'}>
        {error ?? help}
      </p>
    </div>
  )
}

interface StepButtonProps {
  label: string
  disabled: boolean
  onClick: () => void
  children: ReactNode
}

/** For a pointer alone: the keyboard has its arrows in the field. */
function StepButton({ label, disabled, onClick, children }: StepButtonProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
      className="flex h-full w-8 items-center justify-center text-fg-2 hover:not-disabled:text-fg disabled:text-fg-3/60 coarse:w-11"
    >
      {children}
    </button>
  )
}
