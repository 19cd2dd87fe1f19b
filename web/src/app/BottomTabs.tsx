import clsx from 'clsx'
import { shell } from '@/text/shell'
import { PageLink } from './PageLink'
import { PAGES } from './pages'

/** The pages on a phone. No swiping between them: that gesture is the system's. */
export function BottomTabs() {
  return (
    <nav aria-label={shell.nav} className="grid h-14 grid-cols-6 border-t bg-surface pb-[env(safe-area-inset-bottom)]">
      {PAGES.map((page) => (
        <PageLink key={page.path} page={page} iconSize={20} className={tab} />
      ))}
    </nav>
  )
}

function tab(here: boolean): string {
  return clsx(
    'flex min-w-0 flex-col items-center justify-center gap-0.5 text-2xs font-medium',
    here ? 'text-accent-text' : 'text-fg-2',
  )
}
