import {
  Clapperboard,
  Download,
  GalleryHorizontalEnd,
  ImageUpscale,
  type LucideIcon,
  SlidersHorizontal,
  StepForward,
  WandSparkles,
  X,
} from 'lucide-react'
import { cancelJobs, downloadOutput } from '@/actions/jobs'
import { continueWith, type NextStep, proposeSettingsOf } from '@/actions/settings'
import type { Job } from '@/api/types'
import { isOnProcessor } from '@/components/jobs/jobMeta'
import { Button } from '@/components/ui/Button'
import { IconButton } from '@/components/ui/IconButton'
import { go, paths } from '@/lib/go'
import { useCancelStore } from '@/stores/cancelStore'
import { useFleetStore } from '@/stores/fleetStore'
import { isTerminal, jobCan } from '@/stores/fold'
import { common } from '@/text/common'
import { create, pixels } from '@/text/create'
import { jobs, jobTitle, seat } from '@/text/jobs'
import { useParams } from './useStageJob'

const words = create.stage
const NEXT: Record<NextStep, LucideIcon> = {
  edit: WandSparkles,
  start: Clapperboard,
  'last-frame': StepForward,
  upscale: ImageUpscale,
}

/** What the job on the stage is, and what can be done with it. */
export function StageFooter({ job }: { job: Job }) {
  const details = useDetails(job)
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t px-4 py-3">
      <div className="min-w-52 flex-1">
        <p className="line-clamp-2 text-sm font-medium">{jobTitle(job)}</p>
        <p className="num min-h-4 text-xs text-fg-3">{details.join(' · ')}</p>
      </div>
      <Actions job={job} />
    </div>
  )
}

function Actions({ job }: { job: Job }) {
  const canceling = useCancelStore((store) => store.ids.has(job.id))
  const [output] = job.outputs
  const settings = (
    <IconButton
      label={jobs.actions.useSettings}
      icon={<SlidersHorizontal size={18} />}
      onClick={() => void proposeSettingsOf(job)}
    />
  )
  if (!isTerminal(job)) {
    return (
      <div className="flex gap-1.5">
        {settings}
        <Button disabled={canceling} onClick={() => void cancelJobs([job.id])}>
          <X size={16} aria-hidden />
          {canceling ? jobs.canceling : common.cancel}
        </Button>
      </div>
    )
  }
  if (!output || !jobCan.play(job)) return settings
  const steps: NextStep[] = output.content_type.startsWith('video/') ? ['last-frame'] : ['start', 'edit', 'upscale']
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <IconButton label={common.download} icon={<Download size={18} />} onClick={() => downloadOutput(job, output)} />
      {settings}
      <IconButton
        label={jobs.actions.gallery}
        icon={<GalleryHorizontalEnd size={18} />}
        onClick={() => go(paths.result(job.id))}
      />
      <div role="group" aria-label={words.nextOf} className="flex flex-wrap gap-1.5">
        {steps.map((step) => {
          const Icon = NEXT[step]
          return (
            <Button key={step} onClick={() => void continueWith(job, output, step)}>
              <Icon size={16} aria-hidden />
              {words.next[step]}
            </Button>
          )
        })}
      </div>
    </div>
  )
}

/** `832 × 480 · 81 frames · 8 steps · seed 12 · atlas · GPU 0` */
function useDetails(job: Job): string[] {
  const params = useParams(job)
  const onProcessor = useFleetStore((store) => isOnProcessor(store.agents, job))
  const number = (name: string) => (typeof params[name] === 'number' ? params[name] : null)
  const [width, height] = [number('width'), number('height')]
  const [output] = job.outputs
  const size = output ? pixels(output) : width !== null && height !== null ? pixels({ width, height }) : null
  const frames = number('num_frames')
  const steps = number('num_inference_steps')
  const scale = number('scale')
  const seed = job.workflow === 'upscale' ? null : number('seed')
  const took =
    job.started_at !== null && job.finished_at !== null
      ? words.took(Date.parse(job.finished_at) - Date.parse(job.started_at))
      : null
  return [
    size,
    scale === null ? null : create.scale.times(scale),
    frames === null ? null : words.frames(frames),
    steps === null ? null : words.steps(steps),
    seed === null ? null : words.seed(seed),
    took,
    ...(onProcessor ? seat(job.agent).slice(0, 1) : seat(job.agent)),
  ].filter((part) => part !== null)
}
