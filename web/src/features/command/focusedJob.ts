import { cancelJobs, runAgain } from '@/actions/jobs'
import type { Job } from '@/api/types'
import { toast } from '@/components/ui/toast'
import { jobCan } from '@/stores/fold'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { command } from '@/text/command'
import { jobTitle } from '@/text/jobs'

/** The job on the stage while it can be canceled: the chosen one, else the newest that runs. */
export function focusedJob(): Job | null {
  const { byId, running } = useJobStore.getState()
  const job = byId[useUiStore.getState().focused ?? running.at(-1) ?? '']
  return job && jobCan.cancel(job) ? job : null
}

/** Cancels it, and says which one that was: a key is pressed sooner than a button. */
export async function cancelFocused(): Promise<void> {
  const job = focusedJob()
  if (!job) return toast.message(command.nothingToCancel)
  await cancelJobs([job.id])
  if (useJobStore.getState().byId[job.id]?.status !== 'canceled') return
  toast.message(command.canceled, {
    description: jobTitle(job),
    action: { label: command.runAgain, onClick: () => void runAgain(job.id) },
  })
}
