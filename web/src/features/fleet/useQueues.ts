import { useQuery } from '@tanstack/react-query'
import { fetchQueues } from '@/api/fleet'
import { queryKeys } from '@/api/queryKeys'

const EVERY_MS = 3000

/** What waits for what; asked again while the page is looked at. */
export function useQueues() {
  return useQuery({
    queryKey: queryKeys.queues,
    queryFn: ({ signal }) => fetchQueues(signal),
    refetchInterval: EVERY_MS,
  })
}
