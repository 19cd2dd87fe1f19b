import clsx from 'clsx'
import { CircleAlert } from 'lucide-react'
import { Link } from 'wouter'
import { createPaths } from '@/lib/go'
import { useJobStore } from '@/stores/jobStore'
import { useServerStore } from '@/stores/serverStore'
import { useUiStore } from '@/stores/uiStore'
import { common } from '@/text/common'
import { fleet } from '@/text/fleet'
import { percent } from '@/text/format'
import type { Condition } from './condition'
import type { Slot } from './GpuTile'

/** What a place does: the caller's own job by its prompt, anyone else's as such, or why it does nothing. */
export function SlotJob({ slot, condition }: { slot: Slot; condition: Condition }) {
  const keys = useServerStore((store) => store.session?.keys ?? false)
  if (slot.job !== null) return <OwnJob id={slot.job} />
  if (slot.state === 'broken') {
    return (
      <p className="flex items-center gap-1.5 text-xs font-medium text-bad">
        <CircleAlert size={14} aria-hidden className="shrink-0" />
        {fleet.slots.broken}
      </p>
    )
  }
  const busy = slot.state === 'busy'
  return (
    <p className={clsx('text-xs', busy ? 'text-fg-2' : 'text-fg-3')}>
      {busy ? (keys ? fleet.someones : fleet.aJob) : idle(slot, condition)}
    </p>
  )
}

function idle(slot: Slot, condition: Condition): string {
  if (condition === 'away') return fleet.away
  if (slot.state === 'ready' && condition !== 'online') return fleet.takesNone
  return fleet.slots[slot.state]
}

function OwnJob({ id }: { id: string }) {
  const job = useJobStore((store) => store.byId[id])
  if (!job) return <p className="text-xs text-fg-2">{fleet.yourJob}</p>
  const fraction = job.progress?.fraction ?? null
  return (
    <Link
      href={createPaths[job.workflow]}
      onClick={() => useUiStore.getState().set({ focused: id })}
      className="num flex min-h-6 items-center justify-between gap-3 text-xs font-medium text-accent-text coarse:min-h-11"
    >
      <span className="truncate underline underline-offset-2">
        {job.params.prompt || common.workflows[job.workflow]}
      </span>
      {fraction !== null && <span>{percent(fraction)}</span>}
    </Link>
  )
}
