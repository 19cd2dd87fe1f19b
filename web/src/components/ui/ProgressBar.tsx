import clsx from 'clsx'

interface ProgressBarProps {
  label: string
  /** 0–1; null when it is not known. */
  fraction: number | null
  className?: string
}

/** Jumps without a transition: a value that ticks is drawn once for each tick, not sixty times a second. */
export function ProgressBar({ label, fraction, className }: ProgressBarProps) {
  const known = fraction === null ? {} : { 'aria-valuenow': Math.round(fraction * 100) }
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...known}
      className={clsx('h-1.5 overflow-hidden rounded-full bg-line', className)}
    >
      <div
        className={clsx('h-full w-full origin-left rounded-full', fraction === null ? 'stripes' : 'bg-accent')}
        style={{ transform: `scaleX(${fraction ?? 1})` }}
      />
    </div>
  )
}
