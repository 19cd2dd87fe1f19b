import clsx from 'clsx'

/** Holds the place of what is still loading; still, and as large as what comes. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={clsx('rounded-lg bg-raised', className)} />
}
