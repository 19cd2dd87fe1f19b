import clsx from 'clsx'
import { Film, ImageUpscale, WandSparkles } from 'lucide-react'
import { Suspense, useEffect } from 'react'
import type { Job, Workflow } from '@/api/types'
import { QuietImage } from '@/components/ui/QuietImage'
import { address } from '@/lib/base'
import { late } from '@/lib/late'
import { useJobStore } from '@/stores/jobStore'
import { watch } from '@/stores/live'
import { useUiStore } from '@/stores/uiStore'
import { create } from '@/text/create'
import { StageFooter } from './StageFooter'
import { StageProgress } from './StageProgress'
import { StageResult } from './StageResult'
import { StageWaiting } from './StageWaiting'
import { useStageId } from './useStageJob'

const words = create.stage
const StageTrouble = late(() => import('./StageTrouble').then((module) => ({ default: module.StageTrouble })))

/** The one job that is looked at: live while it runs, its result afterwards. Media lie on black in both themes. */
export function Stage({ workflow }: { workflow: Workflow }) {
  const id = useStageId()
  const job = useJobStore((store) => (id === null ? undefined : store.byId[id]))
  const wanted = useUiStore((store) => store.previews !== 'off')
  useEffect(() => {
    watch.focus(wanted ? id : null)
    return () => watch.focus(null)
  }, [id, wanted])
  return (
    <section
      id="stage"
      aria-label={words.label}
      className={clsx(
        'flex min-h-0 scroll-mt-14 flex-col overflow-hidden rounded-xl border bg-surface lg:flex-1',
        !job && 'border-dashed',
      )}
    >
      <div
        className={clsx(
          'relative aspect-video min-h-72 w-full lg:aspect-auto lg:min-h-0 lg:flex-1',
          job ? 'bg-stage' : 'bg-surface',
        )}
      >
        {job ? (
          <>
            <Backdrop job={job} />
            <Shown key={job.id} job={job} />
          </>
        ) : (
          <Nothing workflow={workflow} />
        )}
      </div>
      {job && <StageFooter key={job.id} job={job} />}
    </section>
  )
}

function Shown({ job }: { job: Job }) {
  switch (job.status) {
    case 'queued':
    case 'assigned':
      return <StageWaiting job={job} />
    case 'running':
      return <StageProgress job={job} />
    case 'succeeded':
      return <StageResult job={job} />
    default:
      return (
        <Suspense>
          <StageTrouble job={job} />
        </Suspense>
      )
  }
}

/** The picture it began with, out of focus: fills what the frame leaves free. Drawn once, so it costs nothing. */
function Backdrop({ job }: { job: Job }) {
  const [input] = job.inputs
  if (!input) return null
  return (
    <div aria-hidden className="absolute inset-0 overflow-hidden">
      <QuietImage
        src={address(`${input.url}/thumbnail?size=256`)}
        alt=""
        className="size-full scale-110 object-cover blur-2xl brightness-35"
      />
    </div>
  )
}

const ICONS = { i2v: Film, qwen: WandSparkles, upscale: ImageUpscale }

function Nothing({ workflow }: { workflow: Workflow }) {
  const Icon = ICONS[workflow]
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-2 p-6 text-center">
      <span
        aria-hidden
        className="mb-2 flex size-12 items-center justify-center rounded-lg bg-accent-soft text-accent-text"
      >
        <Icon size={24} />
      </span>
      <h2 className="text-lg font-semibold">{words.empty[workflow]}</h2>
      <p className="max-w-sm text-sm text-fg-2">{words.emptyDetail}</p>
    </div>
  )
}
