import type { Job } from '@/api/types'
import { CopyLine } from '@/components/ui/CopyLine'
import { jobs } from '@/text/jobs'

const words = jobs.details

/** Everything that is known of what went wrong, as the server and the node said it. */
export function JobErrorDetails({ job }: { job: Job }) {
  const counts: [string, number][] = [
    [words.attempts, job.attempts],
    [words.failures, job.failures],
    [words.losses, job.losses],
    [words.bounces, job.bounces],
    [words.drains, job.drains],
  ]
  return (
    <div className="flex flex-col gap-2 text-xs">
      {job.error && (
        <p
          role="region"
          aria-label={words.message}
          tabIndex={0}
          className="pane max-h-40 rounded-md bg-sunken p-2 whitespace-pre-wrap text-fg-2 wrap-anywhere"
        >
          {job.error.message}
        </p>
      )}
      <dl className="num grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
        {job.error && <Row name={words.code} value={job.error.code} />}
        {job.agent && <Row name={words.agent} value={job.agent.name} />}
        {counts
          .filter(([name, count]) => count > 0 || name === words.attempts)
          .map(([name, count]) => (
            <Row key={name} name={name} value={String(count)} />
          ))}
      </dl>
      <CopyLine label={words.id} text={job.id} />
    </div>
  )
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-fg-3">{name}</dt>
      <dd className="text-fg-2 wrap-anywhere">{value}</dd>
    </>
  )
}
