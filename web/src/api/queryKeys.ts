import type { JobQuery } from './jobs'
import type { Workflow } from './types'

/** Every key of the query cache, in one place. */
export const queryKeys = {
  queues: ['queues'] as const,
  job: (id: string) => ['job', id] as const,
  jobConfig: (id: string) => ['job-config', id] as const,
  lineage: (id: string) => ['lineage', id] as const,
  galleries: ['gallery'] as const,
  gallery: (query: JobQuery) => ['gallery', query] as const,
  outlook: (workflow: Workflow, query: Record<string, string | number>) => ['outlook', workflow, query] as const,
}
