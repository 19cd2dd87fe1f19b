import { Suspense, useEffect, useRef } from 'react'
import type { Config, Workflow } from '@/api/types'
import { DropOverlay } from '@/components/DropOverlay'
import { JobRail } from '@/components/jobs/JobRail'
import { Skeleton } from '@/components/ui/Skeleton'
import { late } from '@/lib/late'
import { FRAMED, useMedia } from '@/lib/media'
import { useServerStore } from '@/stores/serverStore'
import { create } from '@/text/create'
import { BarSkeleton, FormSkeleton } from './FormSkeleton'
import { I2VForm } from './I2VForm'
import { uploadsOf, useIntake } from './intake'
import { receive } from './receive'
import { Stage } from './Stage'
import { SubmitBar } from './SubmitBar'
import { type Form, useForm } from './useForm'
import { usePaste } from './usePaste'
import { useSubmit } from './useSubmit'

// Video is where one arrives; the others come when they are gone to.
const FORMS = {
  i2v: I2VForm,
  qwen: late(() => import('./QwenForm').then((module) => ({ default: module.QwenForm }))),
  upscale: late(() => import('./UpscaleForm').then((module) => ({ default: module.UpscaleForm }))),
}

/** A form, the job that is looked at, and all jobs. */
export function CreatePage({ workflow }: { workflow: Workflow }) {
  const config = useServerStore((store) => store.config)
  const rail = useMedia(FRAMED)
  const submit = useSubmit(config, workflow)
  const take = useEarly(config, workflow)
  usePaste(take)
  return (
    <div className="flex min-h-0 flex-1 flex-col lg:grid lg:grid-cols-[376px_minmax(0,1fr)] lg:grid-rows-[minmax(0,3fr)_minmax(0,2fr)] xl:grid-cols-[376px_minmax(0,1fr)_392px] xl:grid-rows-[minmax(0,1fr)]">
      <section
        aria-label={create.composer}
        className="flex min-h-0 flex-col bg-surface lg:row-span-2 lg:border-r xl:row-span-1"
      >
        {config ? (
          <Composer config={config} workflow={workflow} onSubmit={submit} onFiles={take} />
        ) : (
          <>
            <div className="flex flex-col gap-5 p-4 lg:min-h-0 lg:flex-1 lg:overflow-hidden">
              <Skeleton className="h-6.5 w-48" />
              <FormSkeleton workflow={workflow} />
            </div>
            <BarSkeleton />
          </>
        )}
      </section>
      <div className="flex min-h-0 flex-col px-4 pt-4 pb-[calc(1rem+var(--strip,0px))] lg:pb-4">
        <Stage workflow={workflow} />
      </div>
      {rail && <JobRail />}
    </div>
  )
}

type TakeFiles = (slot: string | null, files: File[]) => void

/** What comes before the server's limits are known waits for them. */
function useEarly(config: Config | null, workflow: Workflow): TakeFiles {
  const early = useRef<Parameters<TakeFiles>[]>([])
  useEffect(() => {
    if (config) for (const [slot, files] of early.current.splice(0)) receive(config, workflow, slot, files)
  }, [config, workflow])
  return (slot, files) => {
    if (config) receive(config, workflow, slot, files)
    else early.current.push([slot, files])
  }
}

interface ComposerProps {
  config: Config
  workflow: Workflow
  onSubmit: () => void
  onFiles: TakeFiles
}

function Composer({ config, workflow, onSubmit, onFiles }: ComposerProps) {
  const form = useForm(config, workflow)
  const Fields = FORMS[workflow]
  return (
    <>
      <div className="flex flex-col gap-5 p-4 lg:pane lg:min-h-0 lg:flex-1">
        <h1 className="text-lg font-semibold">{form.description.title}</h1>
        <Suspense fallback={<FormSkeleton workflow={workflow} />}>
          <Fields form={form} />
        </Suspense>
      </div>
      <SubmitBar form={form} onSubmit={onSubmit} />
      <DropOverlay title={create.overlay.title} note={create.overlay.results} zones={useZones(form)} onDrop={onFiles} />
    </>
  )
}

/** A place for each slot. */
function useZones({ workflow, description, draft }: Form) {
  const uploads = useIntake((store) => store.uploads)
  return description.pictures.map((field) => {
    const most = field.max_items ?? 1
    const has = (draft.pictures[field.name]?.length ?? 0) + uploadsOf(uploads, workflow, field.name).length
    if (most === 1) {
      return { id: field.name, label: create.overlay.as(field.required ? field.label : create.pictures.lastFrame) }
    }
    const full = has >= most
    return { id: field.name, full, label: full ? create.overlay.full(most) : create.overlay.add(has, most) }
  })
}
