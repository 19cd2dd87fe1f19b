import { Clock, PlugZap } from 'lucide-react'
import type { Job } from '@/api/types'
import { QuietImage } from '@/components/ui/QuietImage'
import { useNow } from '@/components/useNow'
import { address } from '@/lib/base'
import { jobLook, jobStatusLine, unservableLine } from '@/text/jobs'

/** Where in line it is, or what it waits for. */
export function StageWaiting({ job }: { job: Job }) {
  const now = useNow(job.starts_in_ms !== null)
  const [input] = job.inputs
  const stuck = jobLook(job) === 'stuck'
  const Icon = stuck ? PlugZap : Clock
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-4 p-6 text-center text-white">
      {input && (
        <QuietImage
          src={address(`${input.url}/thumbnail?size=512`)}
          alt=""
          className="max-h-3/5 max-w-full rounded-lg object-contain"
        />
      )}
      <p className="num flex items-center gap-2 rounded-full bg-black/70 px-4 py-1.5 text-sm font-medium">
        <Icon size={16} aria-hidden />
        {jobStatusLine(job, now)}
      </p>
      {stuck && job.unservable && (
        <p className="max-w-md rounded-md bg-black/70 px-3 py-1.5 text-xs">{unservableLine(job)}</p>
      )}
    </div>
  )
}
