import { useState, useSyncExternalStore } from 'react'
import type { Job } from '@/api/types'
import { ProgressBar } from '@/components/ui/ProgressBar'
import { QuietImage } from '@/components/ui/QuietImage'
import { useNow } from '@/components/useNow'
import { address } from '@/lib/base'
import { previews } from '@/stores/live'
import { useUiStore } from '@/stores/uiStore'
import { create } from '@/text/create'
import { percent } from '@/text/format'
import { engineNote, jobs, phaseLine, statusWords, timeLeft } from '@/text/jobs'
import { Chip } from './Chip'
import { sawBegin } from './seen'

const words = create.stage

/** The work so far, as the worker shows it, with how far it is. */
export function StageProgress({ job }: { job: Job }) {
  const picture = usePreview(job)
  const [input] = job.inputs
  const note = engineNote(job.engine)
  return (
    <>
      {picture.src ? (
        <img
          src={picture.src}
          alt={words.previewAlt}
          onError={picture.onError}
          className="absolute inset-0 size-full object-contain"
        />
      ) : (
        input && (
          <QuietImage
            src={address(`${input.url}/thumbnail?size=1024`)}
            alt=""
            className="absolute inset-0 size-full object-contain brightness-60"
          />
        )
      )}
      <div className="absolute inset-x-3 top-3 flex flex-wrap gap-2">
        <Chip dot>{statusWords.running}</Chip>
        {picture.src && <Chip>{words.live}</Chip>}
        {note && <Chip>{note}</Chip>}
      </div>
      <Figures job={job} />
    </>
  )
}

/** What ticks, apart from the picture. */
function Figures({ job }: { job: Job }) {
  const now = useNow()
  const fraction = job.progress && job.progress.fraction > 0 ? job.progress.fraction : null
  const elapsed = job.started_at === null ? null : Math.max(0, now - Date.parse(job.started_at))
  return (
    <div className="num absolute inset-x-0 bottom-0 flex flex-col gap-2 bg-linear-to-t from-black/90 to-transparent px-4 pt-12 pb-4 text-white">
      <div className="flex flex-wrap items-baseline gap-x-3 text-sm">
        {fraction !== null && <span className="text-xl font-semibold">{percent(fraction)}</span>}
        <span>{phaseLine(job)}</span>
        <span className="ml-auto flex flex-wrap gap-x-3">
          <span>{timeLeft(job, now) ?? words.noEstimate}</span>
          {elapsed !== null && <span className="text-white/80">{words.elapsed(whole(elapsed))}</span>}
        </span>
      </div>
      <ProgressBar label={jobs.progress} fraction={fraction} className="bg-white/25" />
    </div>
  )
}

/** To the second: it ticks once in one. */
function whole(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

/** The newest live picture; after a reload, until the next one comes, the last that the server kept. */
function usePreview(job: Job): { src: string | null; onError: () => void } {
  const wanted = useUiStore((store) => store.previews !== 'off')
  const live = useSyncExternalStore(
    (listener) => previews.subscribe(job.id, listener),
    () => previews.of(job.id),
  )
  const [kept, setKept] = useState(() => !sawBegin(job.id) && mayHavePreview(job))
  if (!wanted) return { src: null, onError: () => {} }
  const last = kept ? address(`${job.urls.self}/preview`) : null
  return { src: live ?? last, onError: () => setKept(false) }
}

/** Engines make them between steps, but none while a picture is enlarged; asking then would only bring a refusal. */
function mayHavePreview({ workflow, progress }: Job): boolean {
  return workflow !== 'upscale' && (progress?.step ?? 0) > 1
}
