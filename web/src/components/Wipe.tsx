import clsx from 'clsx'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { compare } from '@/text/compare'

interface WipeProps {
  /** What is compared, for whoever does not see it. */
  label: string
  /** Pixels of what is shown, so that its place is kept before it is there. */
  width: number | undefined
  height: number | undefined
  /** Lies on top, cut off at the line; fills the frame. */
  before: ReactNode
  /** In the flow: gives the frame its size where the pixels are not known. */
  after: ReactNode
  beforeLabel?: string
  afterLabel?: string
}

/**
 * Two views with a line between them. The line is a native range input, as wide as the frame and not to be seen: arrows,
 * Home, End and a finger move it without anything written for them. As large as its container allows, or the window
 * where no container has a size of its own.
 */
export function Wipe({ label, width, height, before, after, beforeLabel, afterLabel }: WipeProps) {
  const [at, setAt] = useState(50)
  const known = width !== undefined && height !== undefined
  return (
    <div
      className="relative isolate max-w-full overflow-hidden"
      style={known ? { aspectRatio: `${width} / ${height}`, width: `min(100%, 100cqh * ${width} / ${height})` } : {}}
    >
      {after}
      <div className="absolute inset-0" style={{ clipPath: `inset(0 ${100 - at}% 0 0)` }} data-testid="before">
        {before}
      </div>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={compare.shown(at)}
        min={0}
        max={100}
        value={at}
        onChange={(event) => setAt(event.target.valueAsNumber)}
        className={clsx(
          'peer absolute inset-0 z-10 size-full cursor-ew-resize touch-pan-y appearance-none opacity-0',
          // A thumb as thin as the line, so that the line is where the pointer is.
          '[&::-moz-range-thumb]:h-full [&::-moz-range-thumb]:w-px [&::-moz-range-thumb]:border-0',
          '[&::-webkit-slider-thumb]:h-full [&::-webkit-slider-thumb]:w-px [&::-webkit-slider-thumb]:appearance-none',
        )}
      />
      <div
        aria-hidden
        className="pointer-events-none absolute inset-y-0 flex w-0.5 -translate-x-1/2 items-center justify-center bg-white peer-focus-visible:[&>span]:outline-4 peer-focus-visible:[&>span]:outline-accent-text"
        style={{ left: `${at}%` }}
      >
        <span className="flex size-10 shrink-0 items-center justify-center rounded-full bg-white text-black shadow-pop">
          <ChevronLeft size={14} className="-mr-0.5" />
          <ChevronRight size={14} className="-ml-0.5" />
        </span>
      </div>
      <Tag side="left" shown={at > 0}>
        {beforeLabel ?? compare.before}
      </Tag>
      <Tag side="right" shown={at < 100}>
        {afterLabel ?? compare.after}
      </Tag>
    </div>
  )
}

function Tag({ side, shown, children }: { side: 'left' | 'right'; shown: boolean; children: string }) {
  return (
    <span
      aria-hidden
      className={clsx(
        'pointer-events-none absolute top-3 max-w-[45%] truncate rounded-full bg-black/70 px-2.5 py-0.5 text-2xs font-semibold text-white',
        side === 'left' ? 'left-3' : 'right-3',
        !shown && 'invisible',
      )}
    >
      {children}
    </span>
  )
}
