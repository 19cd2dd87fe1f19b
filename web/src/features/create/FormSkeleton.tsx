import type { Workflow } from '@/api/types'
import { Skeleton } from '@/components/ui/Skeleton'
import { create } from '@/text/create'

/** As high as what comes, part by part, so that nothing moves when it does. */
const PARTS: Record<Workflow, number[]> = {
  i2v: [174, 74, 168, 76, 164, 76, 46, 68],
  qwen: [142, 168, 76, 154, 46, 68],
  upscale: [174, 106, 46],
}

export function FormSkeleton({ workflow }: { workflow: Workflow }) {
  return (
    <div role="status" aria-label={create.loading} className="flex flex-col gap-5">
      {PARTS[workflow].map((height, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they do not move
        <div key={index} style={{ height }} className="flex flex-col">
          <Skeleton className="flex-1" />
        </div>
      ))}
    </div>
  )
}

/** The place of the button and the two lines under it. */
export function BarSkeleton() {
  return (
    <div className="sticky bottom-[calc(3.5rem+var(--strip,0px))] z-20 flex flex-col gap-1.5 border-t bg-surface px-4 py-2 lg:static lg:gap-2 lg:px-3 lg:py-3">
      <Skeleton className="h-12" />
      <Skeleton className="mx-auto h-8 w-56" />
    </div>
  )
}
