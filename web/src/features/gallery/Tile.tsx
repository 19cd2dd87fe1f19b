import clsx from 'clsx'
import { ArrowUpRight, Check, ImageOff, Play, WandSparkles } from 'lucide-react'
import { memo, useState } from 'react'
import { Link } from 'wouter'
import type { Job, JobOutput } from '@/api/types'
import { address } from '@/lib/base'
import { duration } from '@/text/format'
import { gallery as text } from '@/text/gallery'
import { jobTitle } from '@/text/jobs'
import { thumbnailOf } from './thumbnail'
import { useHoverPlay } from './useHoverPlay'

interface TileProps {
  job: Job
  /** Its place in the grid, for whoever moves the focus. */
  index: number
  href: string
  width: number
  height: number
  /** Shown beside the grid. */
  current: boolean
  /** Reached by Tab; the others by the arrow keys. */
  tabbable: boolean
  /** Null where there is nothing to choose. */
  chosen: boolean | null
  onChoose: (id: string) => void
}

const ICONS = { i2v: Play, qwen: WandSparkles, upscale: ArrowUpRight }

/** One result: its poster, what it is and how long. */
export const Tile = memo(function Tile(props: TileProps) {
  const { job, index, href, width, height, current, tabbable, chosen, onChoose } = props
  const [output] = job.outputs
  const { playing, handlers } = useHoverPlay(output?.content_type.startsWith('video/') ?? false)
  const shared = {
    'data-index': index,
    tabIndex: tabbable ? 0 : -1,
    style: { width, height },
    className: clsx(
      'relative block overflow-hidden rounded-lg bg-raised',
      current || chosen ? 'outline-2 outline-offset-2 outline-accent-text' : 'focus-visible:outline-offset-2',
    ),
    ...handlers,
  }
  const content = (
    <>
      <Poster job={job} output={output} width={width} height={height} />
      {playing && output && (
        <video
          aria-hidden
          tabIndex={-1}
          src={address(output.url)}
          muted
          loop
          autoPlay
          playsInline
          preload="none"
          className="absolute inset-0 size-full object-cover"
        />
      )}
      <Badge job={job} output={output} />
    </>
  )
  if (chosen !== null) {
    return (
      <button type="button" role="checkbox" aria-checked={chosen} onClick={() => onChoose(job.id)} {...shared}>
        {content}
        <span
          aria-hidden
          className={clsx(
            'absolute top-2 left-2 flex size-6 items-center justify-center rounded-full border-2 border-white',
            chosen ? 'bg-accent text-white' : 'bg-black/50',
          )}
        >
          {chosen && <Check size={14} strokeWidth={3} />}
        </span>
      </button>
    )
  }
  return (
    <Link href={href} aria-current={current ? 'true' : undefined} {...shared}>
      {content}
    </Link>
  )
})

interface PosterProps {
  job: Job
  output: JobOutput | undefined
  width: number
  height: number
}

function Poster({ job, output, width, height }: PosterProps) {
  const [broken, setBroken] = useState(false)
  const title = jobTitle(job)
  if (!output || broken) {
    return (
      <span className="flex size-full flex-col items-center justify-center gap-1 bg-raised p-2 text-fg-2">
        <ImageOff size={20} aria-hidden />
        <span className="line-clamp-2 text-2xs">{title}</span>
      </span>
    )
  }
  return (
    <img
      src={thumbnailOf(output, Math.max(width, height))}
      alt={title}
      width={Math.round(width)}
      height={height}
      decoding="async"
      draggable={false}
      onError={() => setBroken(true)}
      className="size-full object-cover"
    />
  )
}

function Badge({ job, output }: { job: Job; output: JobOutput | undefined }) {
  const Icon = ICONS[job.workflow]
  return (
    <span className="num absolute right-2 bottom-2 flex h-5 items-center gap-1 rounded-sm bg-black/70 px-1.5 text-2xs font-medium text-white">
      <Icon size={12} aria-hidden className={job.workflow === 'i2v' ? 'fill-current' : undefined} />
      <span className="sr-only">{text.kind[job.workflow]}</span>
      {output?.duration_ms != null && <span>{duration(output.duration_ms)}</span>}
    </span>
  )
}
