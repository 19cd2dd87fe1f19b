import { create } from '@/text/create'
import type { Form } from './useForm'

interface ResetToProps {
  form: Form
  name: string
  /** The default in words, where its value is not that. */
  words?: string
}

/** Beside a field that was set by hand and differs from what the server would take: the way back. */
export function ResetTo({ form, name, words }: ResetToProps) {
  const fallback = form.fallback(name)
  if (fallback === null) return null
  return (
    <button
      type="button"
      aria-label={`${create.backTo(words ?? String(fallback))}: ${form.field(name).label}`}
      onClick={() => form.set(name, undefined)}
      className="-my-1 h-6 rounded-sm text-xs font-medium text-accent-text underline underline-offset-2"
    >
      {create.backTo(words ?? String(fallback))}
    </button>
  )
}
