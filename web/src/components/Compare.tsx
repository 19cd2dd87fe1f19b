import { Wipe } from './Wipe'

interface Picture {
  src: string
  alt: string
}

interface CompareProps {
  /** Upright; of another aspect it is cut as the result was. */
  before: Picture
  after: Picture
  /** What is compared, for whoever does not see it. */
  label: string
  /** Pixels of the result, so that its place is kept before it is there. */
  width?: number | undefined
  height?: number | undefined
  beforeLabel?: string
  afterLabel?: string
  onError?: () => void
}

/** A picture and what became of it, with a line to move between them. */
export function Compare({ before, after, onError, ...frame }: CompareProps) {
  return (
    <Wipe
      {...frame}
      width={frame.width}
      height={frame.height}
      before={<img src={before.src} alt={before.alt} draggable={false} className="size-full object-cover" />}
      after={
        <img
          src={after.src}
          alt={after.alt}
          width={frame.width}
          height={frame.height}
          draggable={false}
          onError={onError}
          className="block h-auto w-full"
        />
      }
    />
  )
}
