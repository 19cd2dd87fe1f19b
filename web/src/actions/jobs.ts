import { ApiError } from '@/api/client'
import { cancelJob, deleteJob, fetchFile, retryJob } from '@/api/jobs'
import type { Job, JobOutput } from '@/api/types'
import { toast } from '@/components/ui/toast'
import { address } from '@/lib/base'
import { resultName } from '@/lib/filename'
import { randomId } from '@/lib/id'
import { useCancelStore } from '@/stores/cancelStore'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { common } from '@/text/common'
import { jobs, jobTitle } from '@/text/jobs'

/** Requests at a time, so that a long list does not take the browser's every connection. */
const AT_ONCE = 4
/** How long a deletion can be undone. */
const UNDO_MS = 8000

/** Cancels exactly these; says what did not work. */
export async function cancelJobs(ids: string[]): Promise<void> {
  const { ids: going, add } = useCancelStore.getState()
  const fresh = ids.filter((id) => !going.has(id))
  add(fresh)
  const failures: unknown[] = []
  let late = 0
  await each(fresh, async (id) => {
    try {
      take(await cancelJob(id))
    } catch (error) {
      if (has(error, 'already_finished')) late += 1
      else if (isGone(error)) useJobStore.getState().forget([id])
      else failures.push(error)
    } finally {
      useCancelStore.getState().remove(id)
    }
  })
  if (failures.length > 0) toast.error(jobs.cancelFailed(failures.length), { description: said(failures[0]) })
  else if (late > 0 && late === fresh.length) toast.message(jobs.finishedAlready)
  else if (fresh.length > 1) toast.success(jobs.canceled(fresh.length - late))
}

const runningAgain = new Set<string>()
/** Of runs that got no answer: the next press is the same wish, and the server may have heard the first. */
const unanswered = new Map<string, string>()

/** Runs it again as a new job with the same settings; null if that was refused, which was said. */
export async function runAgain(id: string): Promise<Job | null> {
  // A second click while the first is on its way is no second wish.
  if (runningAgain.has(id)) return null
  runningAgain.add(id)
  const key = unanswered.get(id) ?? randomId()
  unanswered.delete(id)
  try {
    const job = await retryJob(id, key)
    take(job)
    toast.success(jobs.queuedAgain)
    return job
  } catch (error) {
    if (error instanceof ApiError && error.unreachable) unanswered.set(id, key)
    toast.error(jobs.runFailed, { description: said(error) })
    return null
  } finally {
    runningAgain.delete(id)
  }
}

/** What is deleted when the time to undo is over. */
const pending = new Set<() => Promise<void>>()

/** Deletes at once what only waits for the time to undo. */
export async function finishDeletions(): Promise<void> {
  await Promise.all([...pending].map((finish) => finish()))
}

/** Hides them at once and deletes them when the time to undo is over, or when the page goes. */
export function removeJobs(ids: string[]): void {
  if (ids.length === 0) return
  const store = useJobStore.getState
  store().hide(ids)
  // The stage does not show what is shown nowhere else.
  const { focused, set } = useUiStore.getState()
  if (focused !== null && ids.includes(focused)) set({ focused: null })
  let settled = false
  const settle = () => {
    const first = !settled
    settled = true
    pending.delete(finish)
    removeEventListener('pagehide', leave)
    return first
  }
  const remove = async (keepalive: boolean) => {
    if (settle()) await deleteAll(ids, keepalive)
  }
  const finish = () => remove(false)
  const leave = () => void remove(true)
  pending.add(finish)
  addEventListener('pagehide', leave)
  toast.message(jobs.deleted(ids.length), {
    id: `delete-${ids[0]}`,
    duration: UNDO_MS,
    action: { label: common.undo, onClick: () => settle() && store().unhide(ids) },
    onAutoClose: () => void finish(),
    onDismiss: () => void finish(),
  })
}

async function deleteAll(ids: string[], keepalive: boolean): Promise<void> {
  const failures: unknown[] = []
  const remove = async (id: string) => {
    try {
      await deleteJob(id, keepalive)
      useJobStore.getState().forget([id])
    } catch (error) {
      if (isGone(error)) useJobStore.getState().forget([id])
      else failures.push(error)
    }
    useJobStore.getState().unhide([id])
  }
  // Nothing can wait for its turn while the page goes away.
  if (keepalive) await Promise.all(ids.map(remove))
  else await each(ids, remove)
  if (failures.length > 0) toast.error(jobs.deleteFailed(failures.length), { description: said(failures[0]) })
}

/** Up to here a file passes through the page, which can name it after its prompt; the server knows no prompt in a name. */
const NAMED_BYTES = 64_000_000

/** Saves a result under a name that says what it is. */
export function downloadOutput(job: Job, output: JobOutput): void {
  if (output.bytes > NAMED_BYTES) {
    save(address(`${output.url}?download`), '')
    return
  }
  const index = job.outputs.length > 1 ? output.index : null
  const name = resultName({ id: job.id, about: jobTitle(job), contentType: output.content_type, index })
  fetchFile(output.url).then(
    (file) => {
      const url = URL.createObjectURL(file)
      save(url, name)
      setTimeout(() => URL.revokeObjectURL(url), KEPT_MS)
    },
    (error: unknown) => toast.error(jobs.downloadFailed, { description: said(error) }),
  )
}

/** Until a browser has surely begun to write it. */
const KEPT_MS = 60_000

function save(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

/** The answer to a request, which may be there before the socket tells of it. */
function take(job: Job): void {
  useJobStore.getState().apply(null, [job])
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

function has(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code
}

/** Deleted already, by someone else or in time. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 410)
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
