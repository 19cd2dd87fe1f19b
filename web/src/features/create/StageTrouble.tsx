import { useQuery } from '@tanstack/react-query'
import { Ban, RotateCcw, TriangleAlert, WandSparkles } from 'lucide-react'
import { runAgain } from '@/actions/jobs'
import { fetchConfig } from '@/api/jobs'
import type { Job } from '@/api/types'
import { smaller } from '@/components/jobs/smaller'
import { Button } from '@/components/ui/Button'
import { toast } from '@/components/ui/toast'
import { go, paths } from '@/lib/go'
import { draftOf, useDraftStore } from '@/stores/draftStore'
import { useUiStore } from '@/stores/uiStore'
import { common } from '@/text/common'
import { create, pixels } from '@/text/create'
import { failure, jobs, statusWords } from '@/text/jobs'
import { setField } from './useForm'

const words = create.stage
const PAGES = { i2v: paths.video, qwen: paths.edit, upscale: paths.upscale }

/** It failed or was canceled: what happened, and what to do about it. */
export function StageTrouble({ job }: { job: Job }) {
  const failed = job.status === 'failed'
  const Icon = failed ? TriangleAlert : Ban
  const helps = job.error?.code === 'out_of_memory' || job.error?.code === 'result_too_large'
  return (
    <div className="pane absolute inset-0 flex flex-col items-center gap-2 p-6 text-center text-white [justify-content:safe_center]">
      <Icon size={28} aria-hidden />
      <h2 className="text-lg font-semibold">{failed ? failure(job.error).title : statusWords.canceled}</h2>
      {failed && job.error && (
        <>
          <p className="max-w-md rounded-md bg-black/60 px-3 py-1.5 text-sm wrap-anywhere">{job.error.message}</p>
          <p className="max-w-md text-sm text-white/90">{job.error.hint ?? failure(job.error).hint}</p>
          <p className="font-mono text-xs text-white/80">
            {jobs.details.code}: {job.error.code}
          </p>
        </>
      )}
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        {helps && <Smaller job={job} />}
        <Button onClick={() => void again(job)}>
          <RotateCcw size={16} aria-hidden />
          {failed ? jobs.actions.retry : jobs.actions.runAgain}
        </Button>
      </div>
    </div>
  )
}

async function again(job: Job): Promise<void> {
  const next = await runAgain(job.id)
  if (next) useUiStore.getState().set({ focused: next.id })
}

/** One click makes the form ask for less than the job that was too much. */
function Smaller({ job }: { job: Job }) {
  const { data } = useQuery({
    queryKey: ['job-config', job.id],
    queryFn: ({ signal }) => fetchConfig(job.id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const less = data ? smaller(data) : null
  if (!less) return null
  const { change } = less
  const what =
    'size' in change
      ? pixels(change.size)
      : 'frames' in change
        ? words.frames(change.frames)
        : create.scale.times(change.scale)

  function apply() {
    const { workflow } = job
    const before = draftOf(useDraftStore.getState(), workflow)
    const values: Record<string, number> =
      'size' in change
        ? { ...change.size }
        : 'frames' in change
          ? { num_frames: change.frames }
          : { scale: change.scale }
    for (const [name, value] of Object.entries(values)) setField(workflow, name, value)
    go(PAGES[workflow])
    toast.success(words.applied(what), {
      action: { label: common.undo, onClick: () => useDraftStore.getState().replace(workflow, before) },
    })
  }
  return (
    <Button variant="primary" onClick={apply}>
      <WandSparkles size={16} aria-hidden />
      {words.use(what)}
    </Button>
  )
}
