import clsx from 'clsx'
import { Ellipsis } from 'lucide-react'
import { memo, type ReactNode, Suspense, useId, useState } from 'react'
import type { Job } from '@/api/types'
import { late } from '@/lib/late'
import { count } from '@/text/format'
import { jobs } from '@/text/jobs'
import { BULK, doToAll, type GroupName } from './bulk'
import { JobCard } from './JobCard'
import { LateMenu } from './LateMenu'

const ConfirmDialog = late(() =>
  import('@/components/ui/ConfirmDialog').then(({ ConfirmDialog }) => ({ default: ConfirmDialog })),
)

interface JobGroupProps {
  group: GroupName
  ids: string[]
  onOpen: (job: Job) => void
  /** Its heading's. */
  level: 'h2' | 'h3'
  /** Several cards side by side where there is room. */
  wide?: boolean
  /** Under the cards. */
  children?: ReactNode
}

/** Jobs in the same state, with what can be done with all of them behind a menu and a question. */
export const JobGroup = memo(function JobGroup({ group, ids, onOpen, level, wide, children }: JobGroupProps) {
  const heading = useId()
  // Those that were there when the question came up.
  const [asked, setAsked] = useState<readonly string[] | null>(null)
  if (ids.length === 0) return null
  const Heading = level
  const name = jobs.groups[group]
  const words = BULK[group]
  return (
    <section aria-labelledby={heading} className="flex flex-col gap-2">
      <div className="flex min-h-8 items-center justify-between gap-2">
        <Heading id={heading} className="num text-sm font-medium text-fg-2">
          {name} · {count(ids.length)}
        </Heading>
        <LateMenu
          label={jobs.bulk.menu(name)}
          icon={<Ellipsis size={18} />}
          items={() => [
            {
              label: jobs.bulk[words](ids.length),
              danger: true,
              onSelect: () => setAsked(ids),
            },
          ]}
        />
      </div>
      <ul
        className={clsx(
          'grid items-start gap-2',
          wide ? 'sm:grid-cols-[repeat(auto-fill,minmax(20rem,1fr))]' : 'grid-cols-1',
        )}
      >
        {ids.map((id) => (
          <JobCard key={id} id={id} onOpen={onOpen} />
        ))}
      </ul>
      {children}
      {asked !== null && (
        <Suspense>
          <ConfirmDialog
            open
            onClose={() => setAsked(null)}
            onConfirm={() => doToAll(group, asked)}
            title={jobs.bulk.ask[words](asked.length)}
            description={jobs.bulk.detail[words]}
            action={jobs.bulk[words](asked.length)}
          />
        </Suspense>
      )}
    </section>
  )
})
