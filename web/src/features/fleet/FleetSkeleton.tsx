import { Skeleton } from '@/components/ui/Skeleton'

const TILES = ['places', 'agents', 'queue', 'wait']

/** The page before the server has told of its agents. */
export function FleetSkeleton() {
  return (
    <>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {TILES.map((tile) => (
          <Skeleton key={tile} className="h-23" />
        ))}
      </div>
      <Skeleton className="h-56" />
    </>
  )
}
