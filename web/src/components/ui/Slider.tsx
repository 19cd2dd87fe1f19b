import clsx from 'clsx'
import type { ComponentProps, CSSProperties } from 'react'

interface SliderProps extends Omit<ComponentProps<'input'>, 'type' | 'value' | 'min' | 'max' | 'onChange' | 'style'> {
  value: number
  min: number
  max: number
  onChange: (value: number) => void
}

/** The browser's own slider, drawn in our colours. */
export function Slider({ value, min, max, onChange, className, ...props }: SliderProps) {
  return (
    <input
      type="range"
      min={min}
      max={max}
      value={value}
      onChange={(event) => onChange(event.target.valueAsNumber)}
      className={clsx('slider h-5 coarse:h-11', className)}
      style={{ '--filled': (value - min) / (max - min || 1) } as CSSProperties}
      {...props}
    />
  )
}
