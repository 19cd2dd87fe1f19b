import clsx from 'clsx'
import { type ReactNode, useId } from 'react'
import type { Job } from '@/api/types'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { jobs } from '@/text/jobs'
import { JobGroup } from './JobGroup'
import { JobSkeletons } from './JobSkeletons'
import { ListState } from './ListState'
import { moveInList } from './listKeys'
import { OlderJobs } from './OlderJobs'
import { useQueuePositions } from './useQueuePositions'

/** Puts it on the stage. */
function focus(job: Job) {
  useUiStore.getState().set({ focused: job.id })
}

/** All jobs beside the form: what runs, what comes next, what has ended. */
export function JobRail({ className }: { className?: string }) {
  const heading = useId()
  useQueuePositions()
  return (
    <section
      aria-labelledby={heading}
      tabIndex={0}
      onKeyDown={moveInList}
      className={clsx('flex flex-col gap-4 p-4 lg:pane lg:min-h-0', className)}
    >
      <div className="flex min-h-6 items-center justify-between gap-2">
        <h2 id={heading} className="text-base font-semibold">
          {jobs.title}
        </h2>
        <ListState />
      </div>
      <Lists>
        <OlderJobs />
      </Lists>
    </section>
  )
}

function Lists({ children }: { children: ReactNode }) {
  const loaded = useJobStore((store) => store.loaded)
  const running = useJobStore((store) => store.running)
  const waiting = useJobStore((store) => store.waiting)
  const recent = useJobStore((store) => store.recent)
  if (!loaded) return <JobSkeletons />
  if (running.length + waiting.length + recent.length === 0) {
    return <p className="rounded-lg border border-dashed p-4 text-sm text-fg-2">{jobs.empty}</p>
  }
  return (
    <>
      <JobGroup group="running" ids={running} onOpen={focus} level="h3" />
      <JobGroup group="waiting" ids={waiting} onOpen={focus} level="h3" />
      <JobGroup group="recent" ids={recent} onOpen={focus} level="h3" />
      {children}
    </>
  )
}
