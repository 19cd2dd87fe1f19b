import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Job } from '@/api/types'
import { address } from '@/lib/base'
import { common } from '@/text/common'
import { gallery } from '@/text/gallery'
import { jobTitle } from '@/text/jobs'
import { addressOf, useFilter } from './filter'
import { thumbnailOf } from './thumbnail'
import { useAncestors, useChildren } from './useLineage'

const text = gallery.lineage
const THUMB = 72

interface LineageProps {
  job: Job
  items: readonly Job[]
  /** Of its heading. */
  level: 2 | 3
}

/** The pictures a result was made of, the results before it, and what was made from it. */
export function Lineage({ job, items, level }: LineageProps) {
  const { data, isError } = useAncestors(job)
  const children = useChildren(job, items)
  const has = job.inputs.length > 0 || job.parent_id !== null || children.length > 0
  if (!has) return null
  const Heading = level === 2 ? 'h2' : 'h3'
  const below = level === 2 ? 'h3' : 'h4'
  return (
    <div className="flex flex-col gap-4 border-t pt-4">
      <Heading className="sr-only">{text.title}</Heading>
      <div className="flex flex-wrap gap-x-6 gap-y-4">
        {job.inputs.length > 0 && (
          <Row as={below} title={text.inputs}>
            {job.inputs.map((input) => (
              <li key={input.index}>
                <a
                  href={address(input.url)}
                  target="_blank"
                  rel="noreferrer"
                  className="block size-18 overflow-hidden rounded-md bg-stage"
                >
                  <img
                    src={thumbnailOf(input, THUMB)}
                    alt={text.input(input.index + 1)}
                    width={THUMB}
                    height={THUMB}
                    loading="lazy"
                    className="size-full object-cover"
                  />
                </a>
              </li>
            ))}
          </Row>
        )}
        {job.parent_id !== null && (
          <Row as={below} title={text.parents}>
            {data?.gone && <li className="max-w-52 self-center text-xs text-fg-2">{text.gone}</li>}
            {data?.jobs.map((one) => (
              <Relative key={one.id} job={one} />
            ))}
            {isError && <li className="self-center text-xs text-bad">{text.failed}</li>}
          </Row>
        )}
        {children.length > 0 && (
          <Row as={below} title={text.children}>
            {children.map((one) => (
              <Relative key={one.id} job={one} />
            ))}
          </Row>
        )}
      </div>
    </div>
  )
}

function Row({ title, as: Heading, children }: { title: string; as: 'h3' | 'h4'; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-1.5">
      <Heading className="text-xs text-fg-3">{title}</Heading>
      <ol className="flex min-h-18 flex-wrap gap-2">{children}</ol>
    </section>
  )
}

/** A result before or after this one. */
function Relative({ job }: { job: Job }) {
  const [filter] = useFilter()
  const [output] = job.outputs
  const [input] = job.inputs
  const picture = output ?? input
  return (
    <li>
      <Link
        href={addressOf(filter, job.id)}
        className={clsx('relative block size-18 overflow-hidden rounded-md', output ? 'bg-stage' : 'bg-raised')}
      >
        {picture && (
          <img
            src={thumbnailOf(picture, THUMB)}
            alt={jobTitle(job)}
            width={THUMB}
            height={THUMB}
            loading="lazy"
            className="size-full object-cover"
          />
        )}
        <span className="absolute inset-x-0 bottom-0 bg-black/70 px-1 text-center text-2xs font-medium text-white">
          {common.workflows[job.workflow]}
        </span>
      </Link>
    </li>
  )
}
