import clsx from 'clsx'
import { CircleAlert, Info, WifiOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { Button } from '@/components/ui/Button'
import { paths } from '@/lib/go'
import { connected, useFleetStore } from '@/stores/fleetStore'
import { useJobStore } from '@/stores/jobStore'
import { useKeptStore } from '@/stores/kept'
import { shell } from '@/text/shell'

/** The one strip under the header: what is wrong with the connection, else that nobody is there to do the work. */
export function ConnectionBanner() {
  const link = useJobStore((store) => store.link)
  const resetAt = useJobStore((store) => store.resetAt)
  const nobody = useFleetStore((store) => store.agents !== null && connected(store.agents).length === 0)
  const unkept = useKeptStore((store) => store.refused && !store.dismissed)
  if (link === 'reconnecting' || link === 'unreachable') {
    return (
      <Strip tone="warn" icon={<WifiOff size={16} aria-hidden />}>
        {link === 'reconnecting' ? shell.reconnecting : shell.unreachable}
      </Strip>
    )
  }
  if (link === 'outdated') {
    return (
      <Strip tone="warn" icon={<CircleAlert size={16} aria-hidden />}>
        {shell.outdated}
        <Button size="sm" onClick={() => location.reload()}>
          {shell.reload}
        </Button>
      </Strip>
    )
  }
  if (resetAt !== null) {
    return (
      <Strip tone="bad" icon={<CircleAlert size={16} aria-hidden />}>
        {shell.lost}
        <Button size="sm" onClick={() => useJobStore.setState({ resetAt: null })}>
          {shell.dismiss}
        </Button>
      </Strip>
    )
  }
  if (unkept) {
    return (
      <Strip tone="warn" icon={<CircleAlert size={16} aria-hidden />}>
        {shell.unkept}
        <Button size="sm" onClick={() => useKeptStore.setState({ dismissed: true })}>
          {shell.dismiss}
        </Button>
      </Strip>
    )
  }
  if (nobody) {
    return (
      <Strip tone="info" icon={<Info size={16} aria-hidden />}>
        {shell.noAgents}
        <Link href={paths.fleet} className="font-medium underline underline-offset-2">
          {shell.toFleet}
        </Link>
      </Strip>
    )
  }
  return null
}

interface StripProps {
  tone: 'warn' | 'bad' | 'info'
  icon: ReactNode
  children: ReactNode
}

const TONES = { warn: 'bg-warn-soft text-warn', bad: 'bg-bad-soft text-bad', info: 'bg-accent-soft text-accent-text' }

function Strip({ tone, icon, children }: StripProps) {
  return (
    <div
      role="status"
      className={clsx(
        'flex min-h-10 shrink-0 flex-wrap items-center justify-center gap-x-3 gap-y-1 px-4 py-1.5 text-sm',
        TONES[tone],
      )}
    >
      {icon}
      {children}
    </div>
  )
}
