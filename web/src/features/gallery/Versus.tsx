import clsx from 'clsx'
import { type ReactNode, useState } from 'react'
import type { Job, JobOutput } from '@/api/types'
import { Compare } from '@/components/Compare'
import { Segmented } from '@/components/ui/Segmented'
import { address } from '@/lib/base'
import { gallery as text } from '@/text/gallery'
import { jobTitle } from '@/text/jobs'
import { Frame, StageBar } from './Stage'
import { thumbnailOf } from './thumbnail'
import { VideoCompare } from './VideoCompare'
import { isVideo, othersOf } from './views'

interface VersusProps {
  job: Job
  items: readonly Job[]
  views: ReactNode
  onError: () => void
}

const MOST = 12
const LAYOUTS = (['side', 'slider'] as const).map((value) => ({ value, label: text.view[value] }))

export type Layout = (typeof LAYOUTS)[number]['value']

/** This result beside another one, or over it. */
export function Versus({ job, items, views, onError }: VersusProps) {
  const others = othersOf(job, items, MOST)
  const [id, setId] = useState<string | null>(null)
  const [layout, setLayout] = useState<Layout>('side')
  const other = others.find((one) => one.id === id) ?? others[0]
  const [mine] = job.outputs
  const [theirs] = other?.outputs ?? []
  if (!mine) return null
  const bar = (
    <StageBar views={views}>
      <Segmented label={text.view.layout} value={layout} onChange={setLayout} options={LAYOUTS} />
    </StageBar>
  )
  if (!other || !theirs) {
    return (
      <>
        <Frame width={mine.width} height={mine.height}>
          <p className="px-6 text-center text-sm text-white">{text.view.none}</p>
        </Frame>
        {bar}
      </>
    )
  }
  return (
    <>
      {isVideo(job) ? (
        <VideoCompare key={`${other.id} ${layout}`} mine={mine} theirs={theirs} layout={layout} onError={onError} />
      ) : (
        <Pictures mine={mine} theirs={theirs} layout={layout} onError={onError} />
      )}
      {bar}
      <Others others={others} chosen={other.id} onChoose={setId} />
    </>
  )
}

interface PicturesProps {
  mine: JobOutput
  theirs: JobOutput
  layout: Layout
  onError: () => void
}

function Pictures({ mine, theirs, layout, onError }: PicturesProps) {
  if (layout === 'slider') {
    return (
      <Frame width={mine.width} height={mine.height}>
        <Compare
          label={text.view.versusLabel}
          before={{ src: address(theirs.url), alt: text.view.other }}
          after={{ src: address(mine.url), alt: text.view.this }}
          beforeLabel={text.view.other}
          afterLabel={text.view.this}
          width={mine.width}
          height={mine.height}
          onError={onError}
        />
      </Frame>
    )
  }
  const side = (output: JobOutput, alt: string) => (
    <Frame width={output.width} height={output.height}>
      <img src={address(output.url)} alt={alt} onError={onError} className="size-full object-contain" />
      <SideTag>{alt}</SideTag>
    </Frame>
  )
  return (
    <div className="grid shrink-0 grid-cols-2 items-start gap-2">
      {side(theirs, text.view.other)}
      {side(mine, text.view.this)}
    </div>
  )
}

export function SideTag({ children }: { children: string }) {
  return (
    <span
      aria-hidden
      className="absolute top-3 left-3 rounded-full bg-black/70 px-2.5 py-0.5 text-2xs font-semibold text-white"
    >
      {children}
    </span>
  )
}

interface OthersProps {
  others: Job[]
  chosen: string
  onChoose: (id: string) => void
}

/** What there is to compare with, in a strip. */
function Others({ others, chosen, onChoose }: OthersProps) {
  return (
    <fieldset className="min-w-0 shrink-0">
      <legend className="mb-1.5 text-xs text-fg-2">{text.view.with}</legend>
      <div className="flex gap-2 overflow-x-auto p-1">
        {others.map((other) => {
          const [output] = other.outputs
          return (
            <label
              key={other.id}
              className={clsx(
                'relative size-14 shrink-0 overflow-hidden rounded-md bg-stage has-focus-visible:outline-2 has-focus-visible:outline-accent-text',
                other.id === chosen && 'ring-2 ring-accent-text',
              )}
            >
              <input
                type="radio"
                name="versus"
                checked={other.id === chosen}
                onChange={() => onChoose(other.id)}
                aria-label={jobTitle(other)}
                className="absolute inset-0 size-full appearance-none outline-none"
              />
              {output && <img src={thumbnailOf(output, 56)} alt="" loading="lazy" className="size-full object-cover" />}
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}
