import { Suspense } from 'react'
import { late } from '@/lib/late'
import { useCommandStore } from '@/stores/commandStore'
import { useShortcuts } from './useShortcuts'

const MenuDialog = late(() => import('./MenuDialog'))
const ShortcutsDialog = late(() => import('./ShortcutsDialog'))

/** Listens for the studio's shortcuts; what lies over the page comes when it is first opened. */
export function CommandMenu() {
  const shown = useCommandStore((store) => store.shown)
  useShortcuts()
  if (shown === null) return null
  return <Suspense fallback={null}>{shown === 'menu' ? <MenuDialog /> : <ShortcutsDialog />}</Suspense>
}
