import clsx from 'clsx'
import { CircleAlert, TriangleAlert } from 'lucide-react'
import { Skeleton } from '@/components/ui/Skeleton'
import { useFleetStore } from '@/stores/fleetStore'
import { useJobStore } from '@/stores/jobStore'
import { useServerStore } from '@/stores/serverStore'
import { fleet } from '@/text/fleet'
import { agentsFigure, type Figure, placesFigure, queueFigure, waitFigure } from './figures'
import { useQueues } from './useQueues'

/** Four figures that say how the fleet fares. */
export function FleetSummary() {
  const agents = useFleetStore((store) => store.agents)
  const live = useJobStore((store) => store.queue)
  const limit = useServerStore((store) => store.config?.limits.queue)
  const { data: queues } = useQueues()
  const depth = live?.depth ?? queues?.waiting
  const most = live?.limit ?? queues?.limit ?? limit
  const figures = [
    agents && placesFigure(agents),
    agents && agentsFigure(agents),
    depth !== undefined && most !== undefined ? queueFigure(depth, most, queues) : null,
    queues ? waitFigure(queues) : null,
  ]
  return (
    <section aria-label={fleet.summary}>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {figures.map((figure, index) =>
          figure ? (
            <Tile key={figure.label} figure={figure} />
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: holds the place of the tile that comes there
            <div key={index}>
              <dt className="sr-only">{fleet.summary}</dt>
              <dd>
                <Skeleton className="h-23" />
              </dd>
            </div>
          ),
        )}
      </dl>
    </section>
  )
}

const LEVELS = { calm: 'text-fg', warn: 'text-warn', bad: 'text-bad' }

function Tile({ figure: { label, value, note, level } }: { figure: Figure }) {
  return (
    <div className="min-h-23 rounded-xl border bg-surface px-4 py-3.5">
      <dt className="text-xs text-fg-2">{label}</dt>
      <dd className="num">
        <span className={clsx('block text-lg font-semibold sm:text-xl', LEVELS[level])}>{value}</span>
        <span className={clsx('flex items-center gap-1 text-xs', level === 'calm' ? 'text-fg-3' : LEVELS[level])}>
          {level === 'warn' && <TriangleAlert size={12} aria-hidden className="shrink-0" />}
          {level === 'bad' && <CircleAlert size={12} aria-hidden className="shrink-0" />}
          {note}
        </span>
      </dd>
    </div>
  )
}
