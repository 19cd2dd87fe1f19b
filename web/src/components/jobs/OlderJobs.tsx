import { useState } from 'react'
import { fetchJobs } from '@/api/jobs'
import { Button } from '@/components/ui/Button'
import { toast } from '@/components/ui/toast'
import { useJobStore } from '@/stores/jobStore'
import { jobs } from '@/text/jobs'

/** Brings the next page of what has ended, as long as there is one. */
export function OlderJobs() {
  const cursor = useJobStore((store) => store.cursor)
  const [loading, setLoading] = useState(false)
  if (cursor === null) return null

  async function load(from: string) {
    setLoading(true)
    try {
      const page = await fetchJobs({ cursor: from })
      // The list began anew meanwhile: this page would leave a gap.
      if (useJobStore.getState().cursor !== from) return
      useJobStore.getState().setJobs(page)
      useJobStore.setState({ cursor: page.cursor ?? null })
    } catch (error) {
      toast.error(jobs.olderFailed, error instanceof Error ? { description: error.message } : {})
    } finally {
      setLoading(false)
    }
  }

  return (
    <Button className="self-center" variant="ghost" disabled={loading} onClick={() => void load(cursor)}>
      {jobs.older}
    </Button>
  )
}
