import clsx from 'clsx'
import { ImageOff } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Job } from '@/api/types'
import { address } from '@/lib/base'
import { isTerminal } from '@/stores/fold'
import { useUiStore } from '@/stores/uiStore'
import { percent } from '@/text/format'
import { useLivePreview } from './useLivePreview'

/** The server's smallest. */
const SIZE = 256

interface JobThumbProps {
  job: Job
  /** Its size; the picture fills it. */
  className?: string
  /** How far a running job is, on the picture. */
  badge?: boolean
}

/** What can be seen of a job: its work while it runs, then its result, else the picture that it starts from. */
export function JobThumb({ job, className, badge = false }: JobThumbProps) {
  const place = useRef<HTMLDivElement>(null)
  const running = job.status === 'running'
  const live = useLivePreview(job.id, running, place)
  // Whoever saw it begin gets its pictures by the socket; after a reload the server still has the last one.
  const [found] = useState(() => mayHavePreview(job))
  const kept = useUiStore((store) => found && running && store.previews === 'all')
  const [broken, setBroken] = useState<readonly string[]>([])
  const picture = candidates(job, live, kept).find((url) => !broken.includes(url))
  const grey = job.status === 'failed' || job.status === 'canceled'
  return (
    <div
      ref={place}
      className={clsx(
        'relative flex shrink-0 items-center justify-center overflow-hidden rounded-md bg-stage',
        className,
      )}
    >
      {picture === undefined ? (
        <ImageOff aria-hidden size={18} className="text-white/70" />
      ) : (
        <img
          src={picture}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => setBroken((known) => [...known, picture].slice(-8))}
          className={clsx('size-full object-cover', grey && 'grayscale')}
        />
      )}
      {badge && running && job.progress && (
        <span className="num absolute right-1 bottom-1 rounded-sm bg-black/70 px-1 text-2xs font-semibold text-white">
          {percent(job.progress.fraction)}
        </span>
      )}
    </div>
  )
}

/** Engines make previews between denoising steps; asking before would only bring a refusal. */
function mayHavePreview({ status, progress }: Job): boolean {
  return status === 'running' && progress !== null && progress.phase.startsWith('denoise') && progress.step > 1
}

/** Best first. */
function candidates(job: Job, live: string | null, kept: boolean): string[] {
  const urls: string[] = []
  if (live !== null) urls.push(live)
  else if (kept) urls.push(address(`${job.urls.self}/preview`))
  const [output] = job.outputs
  if (output && isTerminal(job)) urls.push(address(`${output.url}/thumbnail?size=${SIZE}`))
  const [input] = job.inputs
  if (input) urls.push(address(`${input.url}/thumbnail?size=${SIZE}`))
  return urls
}
