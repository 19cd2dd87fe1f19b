import { type ReactNode, useId } from 'react'

export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <h2 id={id} className="text-base font-semibold">
        {title}
      </h2>
      <div className="divide-y rounded-xl border bg-surface">{children}</div>
    </section>
  )
}

interface RowProps {
  title: ReactNode
  /** Ties the title to the control. */
  labelFor?: string
  help?: ReactNode
  helpId?: string
  children?: ReactNode
}

/** What can be set, and at the end of the line how it stands. */
export function Row({ title, labelFor, help, helpId, children }: RowProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-40">
        {labelFor === undefined ? (
          <p className="text-sm font-medium">{title}</p>
        ) : (
          <label htmlFor={labelFor} className="text-sm font-medium">
            {title}
          </label>
        )}
        {help !== undefined && (
          <p id={helpId} className="text-xs text-fg-3">
            {help}
          </p>
        )}
      </div>
      {children}
    </div>
  )
}
