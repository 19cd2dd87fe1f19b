import type { ReactNode } from 'react'
import type { Crop, Size } from './size'

interface PictureFrameProps {
  /** Of the picture; null fills the place. */
  size: Size | null
  /** What the model sees of it. */
  crop?: Crop | null
  children: ReactNode
}

/** A place of fixed size with the whole picture in it; what the model does not see is darkened. */
export function PictureFrame({ size, crop, children }: PictureFrameProps) {
  const ratio = size ? size.width / size.height : null
  return (
    <div className="absolute inset-0 flex items-center justify-center [container-type:size]">
      <div
        className="relative overflow-hidden"
        style={
          ratio === null
            ? { width: '100%', height: '100%' }
            : { width: `min(100cqw, 100cqh * ${ratio})`, aspectRatio: String(ratio) }
        }
      >
        {children}
        {crop && (
          <div
            aria-hidden
            data-crop=""
            className="pointer-events-none absolute border border-white/80 shadow-[0_0_0_2000px_rgb(0_0_0/0.6)]"
            style={{
              left: share(crop.x),
              top: share(crop.y),
              width: share(crop.width),
              height: share(crop.height),
            }}
          />
        )}
      </div>
    </div>
  )
}

function share(fraction: number): string {
  return `${Number((fraction * 100).toFixed(3))}%`
}
