import type { ExternalToast } from 'sonner'
import { patiently } from '@/lib/late'

interface Action {
  label: string
  onClick: () => void
}

interface ToastOptions {
  description?: string
  action?: Action
  /** Milliseconds. */
  duration?: number
  /** A second toast with the same id takes the first one's place. */
  id?: string
  onAutoClose?: () => void
  onDismiss?: () => void
}

type Kind = 'message' | 'success' | 'error'

/** A short word at the edge. The library comes when the first one is shown: most visits show none. */
function show(kind: Kind, title: string, options: ToastOptions = {}): void {
  patiently(() => import('./Toaster')).then(
    ({ toast }) => toast[kind](title, options as ExternalToast),
    // What waits for the end of one that cannot be shown must not wait for ever.
    () => options.onAutoClose?.(),
  )
}

export const toast = {
  message: (title: string, options?: ToastOptions) => show('message', title, options),
  success: (title: string, options?: ToastOptions) => show('success', title, options),
  error: (title: string, options?: ToastOptions) => show('error', title, options),
}
