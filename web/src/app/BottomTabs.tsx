import clsx from 'clsx'
import { Link, useLocation } from 'wouter'
import { shell } from '@/text/shell'
import { isAt, PAGES } from './pages'

/** The pages on a phone. No swiping between them: that gesture is the system's. */
export function BottomTabs() {
  const [location] = useLocation()
  return (
    <nav aria-label={shell.nav} className="grid h-14 grid-cols-6 border-t bg-surface pb-[env(safe-area-inset-bottom)]">
      {PAGES.map(({ path, label, Icon }) => {
        const here = isAt(location, path)
        return (
          <Link
            key={path}
            href={path}
            aria-current={here ? 'page' : undefined}
            className={clsx(
              'flex min-w-0 flex-col items-center justify-center gap-0.5 text-2xs font-medium',
              here ? 'text-accent-text' : 'text-fg-2',
            )}
          >
            <Icon size={20} aria-hidden />
            {label}
          </Link>
        )
      })}
    </nav>
  )
}
