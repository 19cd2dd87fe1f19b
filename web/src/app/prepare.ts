const PAUSE_MS = 5000

/**
 * When the first page stands, the parts that are wanted just when something is wrong: a toast that says so must not have
 * to come from a server that is away.
 */
export function prepareForTrouble(): void {
  setTimeout(() => {
    for (const load of [
      () => import('@/components/ui/Toaster'),
      () => import('@/components/ui/Tip'),
      () => import('@/components/ui/Menu'),
      () => import('@/components/ui/ConfirmDialog'),
    ]) {
      // Tried again when it is wanted.
      load().catch(() => {})
    }
  }, PAUSE_MS)
}
