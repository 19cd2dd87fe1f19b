import type { ReactNode } from 'react'

/** A word on a picture or a video. */
export function Chip({ dot, children }: { dot?: boolean; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5 rounded-full bg-black/75 px-2.5 py-0.5 text-2xs font-semibold text-white">
      {dot && <span aria-hidden className="size-1.5 rounded-full bg-current" />}
      {children}
    </span>
  )
}
