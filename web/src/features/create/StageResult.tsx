import clsx from 'clsx'
import { Columns2 } from 'lucide-react'
import { Suspense, useState } from 'react'
import type { Job, JobOutput } from '@/api/types'
import { address } from '@/lib/base'
import { late } from '@/lib/late'
import { create } from '@/text/create'
import { engineNote, jobTitle } from '@/text/jobs'
import { Chip } from './Chip'
import { sawEnd } from './seen'

const words = create.stage
const Compare = late(() => import('@/components/Compare').then((module) => ({ default: module.Compare })))

/** What came of it. */
export function StageResult({ job }: { job: Job }) {
  const [output] = job.outputs
  const [input] = job.inputs
  const [gone, setGone] = useState(false)
  const [comparing, setComparing] = useState(job.workflow === 'upscale')
  const note = engineNote(job.engine)
  if (!output || gone) {
    return (
      <p role="alert" className="absolute inset-0 flex items-center justify-center p-6 text-sm text-white">
        {words.gone}
      </p>
    )
  }
  const isVideo = output.content_type.startsWith('video/')
  const alt = words.resultAlt(jobTitle(job))
  const picture = (
    <img
      src={address(output.url)}
      alt={alt}
      onError={() => setGone(true)}
      className="absolute inset-0 size-full object-contain"
    />
  )
  return (
    <>
      {isVideo ? (
        <Video job={job} output={output} label={alt} onGone={() => setGone(true)} />
      ) : comparing && input ? (
        <Suspense fallback={picture}>
          <div className="absolute inset-0 flex items-center justify-center [container-type:size]">
            <Compare
              before={{ src: before(input), alt: words.beforeAlt }}
              after={{ src: address(output.url), alt }}
              label={words.compare}
              width={output.width}
              height={output.height}
              onError={() => setGone(true)}
            />
          </div>
        </Suspense>
      ) : (
        picture
      )}
      {note && (
        <div className={clsx('pointer-events-none absolute left-3', comparing && !isVideo ? 'bottom-3' : 'top-3')}>
          <Chip>{note}</Chip>
        </div>
      )}
      {!isVideo && input && (
        <button
          type="button"
          aria-pressed={comparing}
          onClick={() => setComparing(!comparing)}
          className={clsx(
            'absolute right-3 bottom-3 flex h-9 items-center gap-2 rounded-md px-3 text-xs font-medium coarse:h-11',
            comparing ? 'bg-white text-black' : 'bg-black/75 text-white hover:bg-black',
          )}
        >
          <Columns2 size={16} aria-hidden />
          {words.compare}
        </button>
      )}
    </>
  )
}

/** A stored file is not turned as it is meant to be seen; its small copy is. */
function before(input: Job['inputs'][number]): string {
  return address(input.orientation === 1 ? input.url : `${input.url}/thumbnail?size=1024`)
}

interface VideoProps {
  job: Job
  output: JobOutput
  label: string
  onGone: () => void
}

/** Plays by itself only for whoever waited for it here. */
function Video({ job, output, label, onGone }: VideoProps) {
  const [still] = useState(() => matchMedia('(prefers-reduced-motion: reduce)').matches)
  return (
    <video
      src={address(output.url)}
      {...(output.poster_url && { poster: address(output.poster_url) })}
      aria-label={label}
      controls
      loop
      muted
      playsInline
      preload="metadata"
      autoPlay={sawEnd(job.id) && !still}
      onError={onGone}
      className="absolute inset-0 size-full object-contain"
    />
  )
}
