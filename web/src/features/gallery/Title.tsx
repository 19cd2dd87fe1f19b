import clsx from 'clsx'
import { type Ref, useState } from 'react'
import type { Job } from '@/api/types'
import { Button } from '@/components/ui/Button'
import { gallery as text } from '@/text/gallery'
import { jobTitle } from '@/text/jobs'

/** Beyond this a prompt is folded. */
const LONG = 160

/** What was asked for, and what came of it. */
export function Title({ job, main, ref }: { job: Job; main: boolean; ref: Ref<HTMLHeadingElement> }) {
  const [open, setOpen] = useState(false)
  const title = jobTitle(job)
  const long = title.length > LONG
  const Heading = main ? 'h1' : 'h2'
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <p className="text-xs text-fg-3">{text.kind[job.workflow]}</p>
      <Heading
        ref={ref}
        tabIndex={-1}
        className={clsx('text-base font-semibold wrap-anywhere outline-none', long && !open && 'line-clamp-3')}
      >
        {title}
      </Heading>
      {long && (
        <Button size="sm" variant="ghost" aria-expanded={open} onClick={() => setOpen(!open)} className="-ml-2.5">
          {open ? text.less : text.whole}
        </Button>
      )}
    </div>
  )
}
