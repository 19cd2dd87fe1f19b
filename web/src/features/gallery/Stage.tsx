import type { ReactNode } from 'react'
import type { Job } from '@/api/types'
import { Segmented } from '@/components/ui/Segmented'
import { gallery as text } from '@/text/gallery'
import { BeforeAfter } from './BeforeAfter'
import { FileTrouble, useFileTrouble } from './FileTrouble'
import { PictureView } from './PictureView'
import { Versus } from './Versus'
import { VideoPlayer } from './VideoPlayer'
import { useViewStore, viewIn } from './viewStore'
import { isVideo, viewsOf } from './views'

/** The result itself, in the way in which one wants to look at it. */
export function Stage({ job, items }: { job: Job; items: readonly Job[] }) {
  const { view: wanted, set } = useViewStore()
  const [output] = job.outputs
  const [trouble, look, again] = useFileTrouble(output?.url)
  if (!output) return null
  const offered = viewsOf(job)
  const view = viewIn(wanted, offered)
  const onError = () => void look()
  const views = (
    <Segmented
      label={text.view.label}
      value={view}
      onChange={set}
      options={offered.map((value) => ({ value, label: text.view[value] }))}
    />
  )
  if (trouble) {
    return (
      <Frame width={output.width} height={output.height}>
        <FileTrouble trouble={trouble} onRetry={again} />
      </Frame>
    )
  }
  if (view === 'versus') return <Versus job={job} items={items} views={views} onError={onError} />
  if (view === 'before') return <BeforeAfter job={job} output={output} views={views} onError={onError} />
  if (isVideo(job)) return <VideoPlayer job={job} output={output} views={views} onError={onError} />
  return <PictureView job={job} output={output} views={views} onError={onError} />
}

interface FrameProps {
  /** Pixels of what it is for: the frame has the same shape, as far as the window has room. */
  width: number
  height: number
  children: ReactNode
}

/** The dark place where media are shown, the same in both themes. A container of a size of its own. */
export function Frame({ width, height, children }: FrameProps) {
  return (
    <div
      className="relative max-h-[60dvh] xl:max-h-[50dvh] min-h-24 w-full shrink-0 overflow-hidden rounded-xl bg-stage"
      style={{ aspectRatio: `${width} / ${height}` }}
    >
      <div className="absolute inset-0 flex items-center justify-center" style={{ containerType: 'size' }}>
        {children}
      </div>
    </div>
  )
}

/** The line below the stage: ways to look on the left, what belongs to one of them on the right. */
export function StageBar({ views, children }: { views: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex shrink-0 flex-wrap items-center justify-between gap-2">
      {views}
      <div className="flex flex-wrap items-center gap-1.5">{children}</div>
    </div>
  )
}
