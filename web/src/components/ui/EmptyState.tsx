import type { ReactNode } from 'react'

interface EmptyStateProps {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
  /** `h1` where it is all that the page has. */
  level?: 'h1' | 'h2'
}

export function EmptyState({ icon, title, children, action, level: Heading = 'h2' }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center justify-center gap-2 px-6 py-12 text-center">
      <div
        aria-hidden
        className="mb-2 flex size-12 items-center justify-center rounded-lg bg-accent-soft text-accent-text"
      >
        {icon}
      </div>
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children !== undefined && <div className="max-w-sm text-sm text-fg-2">{children}</div>}
      {action !== undefined && <div className="mt-3">{action}</div>}
    </div>
  )
}
