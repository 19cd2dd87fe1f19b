import clsx from 'clsx'
import { Thermometer, Zap } from 'lucide-react'
import type { Agent } from '@/api/types'
import { Meter } from '@/components/ui/Meter'
import { fleet } from '@/text/fleet'
import type { Condition } from './condition'
import { SlotJob } from './SlotJob'

export type Slot = Agent['slots'][number]

/** A place for one job: the GPU it has, how that fares, and what it does. */
export function GpuTile({ slot, condition }: { slot: Slot; condition: Condition }) {
  const { gpu } = slot
  // What an agent said before its connection broke is no news of now.
  const heard = condition !== 'away'
  return (
    <li className={clsx('flex min-w-0 flex-col gap-2 rounded-lg border bg-sunken p-3', !heard && 'border-dashed')}>
      <div className="num flex items-center gap-x-2 text-xs text-fg-2">
        <span className="shrink-0 text-sm font-semibold text-fg">
          {gpu ? fleet.gpu(slot.index) : fleet.place(slot.index)}
        </span>
        <span className="min-w-0 flex-1 truncate" title={gpu?.name}>
          {gpu?.name ?? fleet.processor}
        </span>
        {heard && gpu?.temperature != null && (
          <span className="flex shrink-0 items-center gap-0.5">
            <Thermometer size={12} aria-hidden />
            {fleet.temperature(gpu.temperature)}
          </span>
        )}
        {heard && gpu?.power != null && (
          <span className="flex shrink-0 items-center gap-0.5">
            <Zap size={12} aria-hidden />
            {fleet.power(gpu.power)}
          </span>
        )}
      </div>
      {gpu && heard && <Load gpu={gpu} />}
      <SlotJob slot={slot} condition={condition} />
    </li>
  )
}

function Load({ gpu }: { gpu: NonNullable<Slot['gpu']> }) {
  if (gpu.utilisation === null && gpu.memory_used_bytes === null) {
    return <p className="text-xs text-fg-3">{fleet.notMeasuredGpu}</p>
  }
  return (
    <>
      {gpu.utilisation !== null && (
        <Meter
          label={fleet.utilisation}
          fraction={gpu.utilisation / 100}
          text={fleet.percent(gpu.utilisation)}
          // A GPU that works is no warning.
          warnAt={2}
        />
      )}
      {gpu.memory_used_bytes !== null && gpu.memory_bytes > 0 && (
        <Meter
          label={fleet.memory}
          fraction={gpu.memory_used_bytes / gpu.memory_bytes}
          text={fleet.memoryUse(gpu.memory_used_bytes, gpu.memory_bytes)}
        />
      )}
    </>
  )
}
