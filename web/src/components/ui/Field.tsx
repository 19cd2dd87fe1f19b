import { type ReactNode, useId } from 'react'

interface FieldProps {
  label: ReactNode
  /** Beside the label, at the end of the line. */
  aside?: ReactNode
  help?: ReactNode
  error?: string | undefined
  /** Gets what ties the control to its label, help and error. */
  children: (control: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }) => ReactNode
}

export function Field({ label, aside, help, error, children }: FieldProps) {
  const id = useId()
  const described = error ? `${id}-error` : help ? `${id}-help` : undefined
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex min-h-6 items-center justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium text-fg-2">
          {label}
        </label>
        {aside}
      </div>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error !== undefined })}
      {error !== undefined && (
        <p id={`${id}-error`} className="text-xs text-bad">
          {error}
        </p>
      )}
      {help !== undefined && error === undefined && (
        <p id={`${id}-help`} className="text-xs text-fg-3">
          {help}
        </p>
      )}
    </div>
  )
}
