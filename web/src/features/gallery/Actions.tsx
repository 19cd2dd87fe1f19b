import {
  ArrowUpRight,
  Download,
  FileJson,
  Film,
  MoreHorizontal,
  RotateCw,
  SlidersHorizontal,
  StepForward,
  Trash2,
  WandSparkles,
} from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { downloadOutput, removeJobs, runAgain } from '@/actions/jobs'
import { continueWith, type NextStep, proposeSettingsOf } from '@/actions/settings'
import type { Job } from '@/api/types'
import { Button, buttonClass } from '@/components/ui/Button'
import { IconButton } from '@/components/ui/IconButton'
import { Menu } from '@/components/ui/Menu'
import { address } from '@/lib/base'
import { useMedia } from '@/lib/media'
import { gallery as text } from '@/text/gallery'
import { isVideo } from './views'

const STEPS: Record<NextStep, ReactNode> = {
  edit: <WandSparkles size={16} aria-hidden />,
  start: <Film size={16} aria-hidden />,
  'last-frame': <StepForward size={16} aria-hidden />,
  upscale: <ArrowUpRight size={16} aria-hidden />,
}

/** Room for a button that is rarely wanted; else it is in the menu. */
const ROOMY = '(min-width: 640px)'

/** What can be done with a result. */
export function Actions({ job, onRemoved }: { job: Job; onRemoved: () => void }) {
  const [output] = job.outputs
  const roomy = useMedia(ROOMY)

  function remove() {
    removeJobs([job.id])
    onRemoved()
  }

  return (
    <div className="flex flex-col gap-3">
      <div role="group" aria-label={text.actions.label} className="flex flex-wrap items-center gap-2">
        <Button variant="primary" onClick={() => void proposeSettingsOf(job)}>
          <SlidersHorizontal size={16} aria-hidden />
          {text.actions.settings}
        </Button>
        <Button onClick={() => void runAgain(job.id)}>
          <RotateCw size={16} aria-hidden />
          {text.actions.again}
        </Button>
        {output && (
          <Button onClick={() => downloadOutput(job, output)}>
            <Download size={16} aria-hidden />
            {text.actions.download}
          </Button>
        )}
        {roomy && (
          <a href={configOf(job)} download className={buttonClass('ghost')}>
            <FileJson size={16} aria-hidden />
            {text.actions.config}
          </a>
        )}
        <div className="flex items-center gap-1 sm:ml-auto">
          <Menu
            trigger={<IconButton label={text.actions.more} icon={<MoreHorizontal size={18} />} />}
            items={[
              ...(roomy
                ? []
                : [
                    {
                      label: text.actions.config,
                      icon: <FileJson size={16} aria-hidden />,
                      onSelect: () => save(configOf(job)),
                    },
                  ]),
              {
                label: text.actions.configWithPictures,
                icon: <FileJson size={16} aria-hidden />,
                onSelect: () => save(`${configOf(job)}&inline=true`),
              },
            ]}
          />
          <IconButton label={text.actions.delete} icon={<Trash2 size={18} />} onClick={remove} />
        </div>
      </div>
      {output && <Continue job={job} />}
    </div>
  )
}

function configOf(job: Job): string {
  return `${address(job.urls.config)}?download=true`
}

function save(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}

/** The result as the start of the next step. */
function Continue({ job }: { job: Job }) {
  const [busy, setBusy] = useState<NextStep | null>(null)
  const [output] = job.outputs
  if (!output) return null
  const steps: NextStep[] = isVideo(job) ? ['last-frame'] : ['edit', 'start', 'upscale']

  async function go(step: NextStep) {
    if (!output || busy) return
    setBusy(step)
    await continueWith(job, output, step)
    setBusy(null)
  }

  return (
    <div role="group" aria-label={text.continueWith} className="flex flex-wrap items-center gap-2">
      <span className="text-xs text-fg-3">{text.continueWith}</span>
      {steps.map((step) => (
        <Button key={step} size="sm" disabled={busy !== null} onClick={() => void go(step)}>
          {STEPS[step]}
          {busy === step ? text.preparing : text.steps[step]}
        </Button>
      ))}
    </div>
  )
}
