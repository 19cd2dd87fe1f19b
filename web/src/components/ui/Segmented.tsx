import clsx from 'clsx'
import { type ReactNode, useId } from 'react'

interface Option<T> {
  value: T
  label: ReactNode
}

interface SegmentedProps<T> {
  /** What is chosen, for whoever does not see it. */
  label: string
  options: readonly Option<T>[]
  value: T
  onChange: (value: T) => void
  /** Beside a label, under a mouse. */
  small?: boolean
  className?: string
}

/** One of a few: real radio buttons, so arrows and form tools work. */
export function Segmented<T extends string | number>({
  label,
  options,
  value,
  onChange,
  small,
  className,
}: SegmentedProps<T>) {
  const name = useId()
  return (
    <fieldset className={clsx('flex gap-1 rounded-lg border bg-sunken p-1', className)}>
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={clsx(
            'relative flex flex-1 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap coarse:min-h-11',
            small ? 'min-h-6 px-2.5 text-xs' : 'min-h-8 px-3 text-sm',
            'has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent-text',
            option.value === value ? 'bg-raised text-fg shadow-xs' : 'text-fg-2 hover:text-fg',
          )}
        >
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="absolute inset-0 cursor-pointer appearance-none rounded-md outline-none"
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}
