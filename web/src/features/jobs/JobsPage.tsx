import { ListFilter, ListVideo } from 'lucide-react'
import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Job, Workflow } from '@/api/types'
import type { GroupName } from '@/components/jobs/bulk'
import { JobGroup } from '@/components/jobs/JobGroup'
import { JobSkeletons } from '@/components/jobs/JobSkeletons'
import { ListState } from '@/components/jobs/ListState'
import { moveInList } from '@/components/jobs/listKeys'
import { OlderJobs } from '@/components/jobs/OlderJobs'
import { useQueuePositions } from '@/components/jobs/useQueuePositions'
import { EmptyState } from '@/components/ui/EmptyState'
import { Segmented } from '@/components/ui/Segmented'
import { go, paths } from '@/lib/go'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { jobs } from '@/text/jobs'

type Which = Workflow | 'all'

interface Filter {
  which: Which
  failed: boolean
}

const EVERYTHING: Filter = { which: 'all', failed: false }
const STAGES: Record<Workflow, string> = { i2v: paths.video, qwen: paths.edit, upscale: paths.upscale }

const OPTIONS = [
  { value: 'all', label: jobs.filters.all },
  { value: 'i2v', label: jobs.filters.i2v },
  { value: 'qwen', label: jobs.filters.qwen },
  { value: 'upscale', label: jobs.filters.upscale },
] as const satisfies readonly { value: Which; label: string }[]

function matches(job: Job | undefined, { which, failed }: Filter): boolean {
  if (!job) return false
  return (which === 'all' || job.workflow === which) && (!failed || job.status === 'failed')
}

/** A result in the gallery, everything else on the stage of its page. */
function open(job: Job) {
  if (job.status === 'succeeded') return go(paths.result(job.id))
  useUiStore.getState().set({ focused: job.id })
  go(STAGES[job.workflow])
}

export default function JobsPage() {
  const [filter, setFilter] = useState(EVERYTHING)
  useQueuePositions()
  return (
    <div
      role="region"
      aria-labelledby="jobs-title"
      tabIndex={0}
      onKeyDown={moveInList}
      className="flex flex-1 flex-col lg:pane lg:min-h-0"
    >
      <div className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-5 p-4">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h1 id="jobs-title" className="text-lg font-semibold">
            {jobs.title}
          </h1>
          <ListState />
          <div className="flex flex-wrap items-center gap-2 sm:ml-auto">
            <Segmented
              label={jobs.filters.label}
              options={OPTIONS}
              value={filter.which}
              onChange={(which) => setFilter({ ...filter, which })}
            />
            <FailedOnly on={filter.failed} onChange={(failed) => setFilter({ ...filter, failed })} />
          </div>
        </div>
        <Lists filter={filter} />
      </div>
    </div>
  )
}

function FailedOnly({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="flex min-h-10 items-center gap-2 rounded-lg border px-3 text-sm font-medium text-fg-2 has-checked:border-accent-text has-checked:bg-accent-soft has-checked:text-accent-text coarse:min-h-11">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-accent"
      />
      {jobs.filters.failed}
    </label>
  )
}

function useGroup(group: GroupName, filter: Filter): string[] {
  return useJobStore(useShallow((store) => store[group].filter((id) => matches(store.byId[id], filter))))
}

function Lists({ filter }: { filter: Filter }) {
  const loaded = useJobStore((store) => store.loaded)
  const running = useGroup('running', filter)
  const waiting = useGroup('waiting', filter)
  const recent = useGroup('recent', filter)
  if (!loaded) return <JobSkeletons />
  const filtered = filter.which !== 'all' || filter.failed
  const none = running.length + waiting.length + recent.length === 0
  return (
    <>
      {none && (
        <EmptyState icon={filtered ? <ListFilter /> : <ListVideo />} title={filtered ? jobs.noneMatch : jobs.empty} />
      )}
      <JobGroup wide group="running" ids={running} onOpen={open} level="h2" />
      <JobGroup wide group="waiting" ids={waiting} onOpen={open} level="h2" />
      <JobGroup wide group="recent" ids={recent} onOpen={open} level="h2" />
      <OlderJobs />
    </>
  )
}
