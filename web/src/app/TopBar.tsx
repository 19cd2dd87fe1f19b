import clsx from 'clsx'
import { Moon, Search, Settings, Sun } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { IconButton } from '@/components/ui/IconButton'
import { paths } from '@/lib/go'
import { useCommandStore } from '@/stores/commandStore'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { common } from '@/text/common'
import { shell } from '@/text/shell'
import { Logo } from './Logo'
import { PageLink } from './PageLink'
import { PAGES } from './pages'

export function TopBar() {
  const [, navigate] = useLocation()
  return (
    <header className="sticky top-0 z-30 flex h-14 shrink-0 items-center gap-3 border-b bg-surface px-4">
      <Link
        href={paths.video}
        className="flex items-center gap-2.5 font-semibold"
        aria-label={`${common.name}, ${shell.home}`}
      >
        <Logo />
        <span aria-hidden>{common.name}</span>
      </Link>
      <nav aria-label={shell.nav} className="mx-auto hidden gap-1 rounded-xl border bg-sunken p-1 lg:flex">
        {PAGES.map((page) => (
          <PageLink key={page.path} page={page} iconSize={16} className={pill} />
        ))}
      </nav>
      <div className="ml-auto flex items-center gap-1 lg:ml-0">
        <Counts />
        <IconButton
          label={shell.search}
          icon={<Search size={18} />}
          onClick={() => useCommandStore.getState().open('menu')}
        />
        <ThemeToggle />
        <IconButton label={shell.settings} icon={<Settings size={18} />} onClick={() => navigate(paths.settings)} />
      </div>
    </header>
  )
}

function pill(here: boolean): string {
  return clsx(
    'flex h-8 items-center gap-2 rounded-lg px-3.5 text-sm font-medium',
    here ? 'bg-raised text-fg' : 'text-fg-2 hover:text-fg',
  )
}

/** How much is going on, with how the connection is. */
function Counts() {
  const running = useJobStore((store) => store.running.length)
  const waiting = useJobStore((store) => store.waiting.length)
  const live = useJobStore((store) => store.link === 'live')
  return (
    <Link
      href={paths.jobs}
      className="num mr-1 hidden h-8 items-center gap-2 rounded-full border px-3 text-xs font-medium text-fg-2 hover:text-fg sm:flex"
    >
      <span aria-hidden className={clsx('size-2 rounded-full', live ? 'bg-ok' : 'bg-warn')} />
      {shell.counts(running, waiting)}
    </Link>
  )
}

function ThemeToggle() {
  // Drawn anew when the setting changes; what it stands for now is on the document.
  const set = useUiStore((store) => store.set)
  useUiStore((store) => store.theme)
  const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'
  return (
    <IconButton
      label={shell.themeTo[next]}
      icon={next === 'light' ? <Sun size={18} /> : <Moon size={18} />}
      onClick={() => set({ theme: next })}
    />
  )
}
