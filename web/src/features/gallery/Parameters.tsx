import { Check, Copy } from 'lucide-react'
import { useRef } from 'react'
import type { Job } from '@/api/types'
import { isOnProcessor } from '@/components/jobs/jobMeta'
import { IconButton } from '@/components/ui/IconButton'
import { useCopy } from '@/components/ui/useCopy'
import { useFleetStore } from '@/stores/fleetStore'
import { useServerStore } from '@/stores/serverStore'
import { gallery } from '@/text/gallery'
import { type Fact, madeOf, settingsOf, timingsOf } from './facts'

const text = gallery.parameters

/** Everything that is known of how a result was made. */
export function Parameters({ job, level }: { job: Job; level: 2 | 3 }) {
  const config = useServerStore((store) => store.config)
  const onProcessor = useFleetStore((store) => isOnProcessor(store.agents, job))
  const timings = timingsOf(job)
  const Heading = level === 2 ? 'h2' : 'h3'
  const Below = level === 2 ? 'h3' : 'h4'
  const negative = job.params.negative_prompt
  return (
    <div className="flex flex-col gap-4 border-t pt-4">
      <Heading className="sr-only">{text.title}</Heading>
      <Facts facts={settingsOf(job, config)} />
      {typeof negative === 'string' && negative !== '' && (
        <div>
          <Below className="text-xs text-fg-3">{text.negative}</Below>
          <p className="text-sm wrap-anywhere">{negative}</p>
        </div>
      )}
      <Facts facts={madeOf(job, onProcessor)} />
      {timings.length > 0 && (
        <details className="text-sm">
          <summary className="w-fit text-xs font-medium text-fg-2 coarse:py-3">{text.timings}</summary>
          <div className="pt-3">
            <Facts facts={timings} />
          </div>
        </details>
      )}
    </div>
  )
}

function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="num grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3 xl:grid-cols-4">
      {facts.map(({ name, value, copy }) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-fg-3">{name}</dt>
          <dd className="flex min-h-6 items-center gap-1 text-sm font-medium wrap-anywhere">
            {copy === undefined ? value : <Copyable text={copy} />}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Copyable({ text: value }: { text: string }) {
  const shown = useRef<HTMLSpanElement>(null)
  const { said, copy } = useCopy(value, shown)
  return (
    <>
      <span ref={shown}>{value}</span>
      <IconButton
        size="sm"
        label={text.copySeed}
        icon={said === null ? <Copy size={14} /> : <Check size={14} />}
        onClick={copy}
        className="-my-1"
      />
      <span role="status" className="text-2xs font-normal text-fg-3">
        {said}
      </span>
    </>
  )
}
