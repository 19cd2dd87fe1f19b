import clsx from 'clsx'

interface MeterProps {
  label: string
  /** 0–1. */
  fraction: number
  /** What it reads in words, at the end of the line. */
  text: string
  /** Amber from here on. */
  warnAt?: number
}

export function Meter({ label, fraction, text, warnAt = 0.9 }: MeterProps) {
  const value = Math.min(1, Math.max(0, fraction))
  return (
    <div className="flex flex-col gap-1">
      <div className="num flex justify-between gap-2 text-xs text-fg-2">
        <span>{label}</span>
        <span>{text}</span>
      </div>
      <div
        role="meter"
        aria-label={label}
        aria-valuenow={Math.round(value * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={text}
        className="h-1.5 overflow-hidden rounded-full bg-line"
      >
        <div
          className={clsx('h-full origin-left rounded-full', value >= warnAt ? 'bg-warn' : 'bg-accent')}
          style={{ transform: `scaleX(${value})` }}
        />
      </div>
    </div>
  )
}
