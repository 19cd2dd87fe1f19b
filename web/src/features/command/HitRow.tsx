import clsx from 'clsx'
import { JobThumb } from '@/components/jobs/JobThumb'
import { jobStatusLine, jobTitle } from '@/text/jobs'
import type { Hit } from './find'
import { KeyCombo } from './KeyCombo'

interface HitRowProps {
  id: string
  hit: Hit
  active: boolean
  onPoint: () => void
  onChoose: () => void
}

export function HitRow({ id, hit, active, onPoint, onChoose }: HitRowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      // By moves only: a list that scrolls under a still pointer chooses nothing.
      onPointerMove={active ? undefined : onPoint}
      onClick={onChoose}
      className={clsx(
        'flex min-h-10 cursor-pointer items-center gap-3 rounded-md px-2.5 text-sm outline-none coarse:min-h-11',
        active && 'bg-accent-soft',
      )}
    >
      {hit.kind === 'command' ? (
        <>
          <span aria-hidden className="shrink-0 text-fg-2">
            {hit.command.icon}
          </span>
          <span className="min-w-0 flex-1 truncate">{hit.command.label}</span>
          {hit.command.keys !== undefined && <KeyCombo keys={hit.command.keys} />}
        </>
      ) : (
        <>
          <JobThumb job={hit.job} className="h-8 w-12" />
          <span className="min-w-0 flex-1 truncate">{jobTitle(hit.job)}</span>
          <span className="num max-w-2/5 shrink-0 truncate text-xs text-fg-2">
            {jobStatusLine(hit.job, Date.now())}
          </span>
        </>
      )}
    </div>
  )
}
