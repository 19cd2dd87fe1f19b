import clsx from 'clsx'
import type { CSSProperties } from 'react'
import { TURNS } from '@/lib/orientation'

interface UprightImageProps {
  src: string
  alt: string
  /** The server keeps files without their EXIF, so what it says is done here. */
  orientation?: number
  className?: string
  onError?: () => void
}

/** Fills its place with a picture, turned as it is meant to be seen. */
export function UprightImage({ src, alt, orientation = 1, className, onError }: UprightImageProps) {
  const turn = TURNS[orientation]
  const lying: CSSProperties =
    orientation >= 5 ? { width: '100cqh', height: '100cqw' } : { width: '100%', height: '100%' }
  return (
    <div className={clsx('absolute inset-0 overflow-hidden [container-type:size]', className)}>
      <img
        src={src}
        alt={alt}
        draggable={false}
        decoding="async"
        onError={onError}
        className="absolute top-1/2 left-1/2 max-w-none object-cover"
        style={{ ...lying, transform: `translate(-50%, -50%) ${turn ?? ''}` }}
      />
    </div>
  )
}
