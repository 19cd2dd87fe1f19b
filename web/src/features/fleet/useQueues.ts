import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { fetchQueues } from '@/api/fleet'
import { queryKeys } from '@/api/queryKeys'
import { useFleetStore } from '@/stores/fleetStore'

const EVERY_MS = 3000

/** What waits for what; asked again while the page is looked at, and at once when an agent comes, goes or is drained. */
export function useQueues() {
  const agents = useFleetStore((store) => store.agents?.map(({ id, state }) => `${id} ${state}`).join() ?? '')
  return useQuery({
    queryKey: [...queryKeys.queues, agents],
    queryFn: ({ signal }) => fetchQueues(signal),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  })
}
