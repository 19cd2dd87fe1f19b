import clsx from 'clsx'
import { type ReactNode, useState } from 'react'
import type { Job, JobOutput } from '@/api/types'
import { Segmented } from '@/components/ui/Segmented'
import { address } from '@/lib/base'
import { gallery as text } from '@/text/gallery'
import { jobTitle } from '@/text/jobs'
import { Frame, StageBar } from './Stage'
import { thumbnailOf } from './thumbnail'

export interface ViewProps {
  job: Job
  output: JobOutput
  /** The choice of views. */
  views: ReactNode
  onError: () => void
}

const ZOOMS = (['fit', 'full'] as const).map((value) => ({ value, label: text.view.zoom[value] }))

/** A picture, whole or pixel by pixel. */
export function PictureView({ job, output, views, onError }: ViewProps) {
  const [zoom, setZoom] = useState<'fit' | 'full'>('fit')
  const [loaded, setLoaded] = useState(false)
  const full = zoom === 'full'
  const picture = (
    <img
      src={address(output.url)}
      alt={jobTitle(job)}
      width={output.width}
      height={output.height}
      onError={onError}
      // The small copy, which is there already, until the file is.
      onLoad={() => setLoaded(true)}
      style={loaded ? {} : { backgroundImage: `url("${thumbnailOf(output, 1024)}")` }}
      className={clsx(
        'bg-contain bg-center bg-no-repeat',
        full ? 'm-auto max-w-none shrink-0' : 'size-full object-contain',
      )}
    />
  )
  return (
    <>
      <Frame width={output.width} height={output.height}>
        {full ? (
          <section aria-label={text.view.panned} tabIndex={0} className="flex size-full overflow-auto">
            {picture}
          </section>
        ) : (
          picture
        )}
      </Frame>
      <StageBar views={views}>
        <Segmented label={text.view.zoomLabel} value={zoom} onChange={setZoom} options={ZOOMS} />
      </StageBar>
    </>
  )
}
