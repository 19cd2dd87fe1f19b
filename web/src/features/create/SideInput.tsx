import { useId, useState } from 'react'
import { snap } from '@/components/ui/ParamSlider'
import type { Size } from './size'
import type { Form } from './useForm'

interface SideInputProps {
  form: Form
  name: 'width' | 'height'
  label: string
  /** Null as long as it follows from a picture that is not there. */
  size: Size | null
  onCommit: (form: Form, size: Size) => void
}

/** One side in pixels: typed freely, brought to the nearest allowed value when left. */
export function SideInput({ form, name, label, size, onCommit }: SideInputProps) {
  const id = useId()
  const { minimum = 0, maximum = 0, step = 1 } = form.field(name)
  const [typed, setTyped] = useState<string | null>(null)
  const value = size?.[name] ?? null

  function take(next: number) {
    const side = snap(next, minimum, maximum, step)
    const other = size ?? { width: side, height: side }
    onCommit(form, { ...other, [name]: side })
  }

  function commit() {
    if (typed !== null && typed.trim() !== '' && Number.isFinite(Number(typed))) take(Number(typed))
    setTyped(null)
  }

  return (
    <label
      htmlFor={id}
      className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-md border bg-sunken px-2.5 focus-within:outline-2 focus-within:outline-accent-text coarse:h-11"
    >
      <span className="text-xs text-fg-3">{label}</span>
      <input
        id={id}
        inputMode="numeric"
        autoComplete="off"
        role="spinbutton"
        aria-valuenow={value ?? undefined}
        aria-valuemin={minimum}
        aria-valuemax={maximum}
        aria-invalid={form.problems[name] !== undefined}
        value={typed ?? value ?? ''}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) commit()
          if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && value !== null) {
            event.preventDefault()
            setTyped(null)
            take(value + (event.key === 'ArrowUp' ? step : -step))
          }
        }}
        className="num h-full w-full min-w-0 bg-transparent text-right text-sm outline-none"
      />
    </label>
  )
}
