import clsx from 'clsx'
import { ChevronDown } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import type { Queues } from '@/api/types'
import { common } from '@/text/common'
import { fleet } from '@/text/fleet'
import { about, count, duration } from '@/text/format'

type WorkflowQueue = Queues['items'][number]
type ClassQueue = WorkflowQueue['classes'][number]

export function QueueRow({ queue }: { queue: WorkflowQueue }) {
  const [open, setOpen] = useState(false)
  const list = useId()
  const name = common.workflows[queue.workflow]
  return (
    <li>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
        <h3 className="flex w-24 min-h-8 shrink-0 items-center text-sm font-semibold">{name}</h3>
        <Figures queue={queue} />
        <button
          type="button"
          aria-expanded={open}
          aria-controls={list}
          aria-label={`${fleet.kinds(queue.classes.length)}: ${fleet.classes(name)}`}
          onClick={() => setOpen(!open)}
          className="ml-auto flex h-8 items-center gap-1 rounded-md px-2 text-xs text-fg-2 hover:text-fg coarse:h-11"
        >
          {fleet.kinds(queue.classes.length)}
          <ChevronDown size={16} aria-hidden className={clsx(open && 'rotate-180')} />
        </button>
      </div>
      <ul id={list} hidden={!open} aria-label={fleet.classes(name)} className="divide-y border-t bg-sunken">
        {open && queue.classes.map((one) => <ClassRow key={one.class} queue={one} />)}
      </ul>
    </li>
  )
}

function ClassRow({ queue }: { queue: ClassQueue }) {
  const usual = queue.attempt_ms
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1.5 px-4 py-2.5">
      <div className="w-full text-xs sm:w-56">
        <p className="font-medium">{fleet.classOf(queue.class)}</p>
        <p className="num text-fg-3">{usual && fleet.usual(usual.low, usual.high)}</p>
      </div>
      <Figures queue={queue} />
    </li>
  )
}

function Figures({ queue }: { queue: WorkflowQueue | ClassQueue }) {
  const { high = 0, normal = 0, low = 0 } = queue.depth
  const waiting = high + normal + low
  const notes = [
    (high > 0 || low > 0) && fleet.byPriority(high, normal, low),
    queue.delayed > 0 && fleet.delayed(queue.delayed),
  ].filter(Boolean)
  return (
    <dl className="num grid min-w-0 flex-1 basis-72 grid-cols-2 gap-x-4 gap-y-2 text-xs sm:grid-cols-4">
      <Figure name={fleet.waiting}>
        <span className={waiting > 0 ? 'font-semibold text-fg' : 'text-fg-2'}>{count(waiting)}</span>
        {notes.length > 0 && <span className="block text-fg-3">{notes.join(' · ')}</span>}
      </Figure>
      <Figure name={fleet.longest}>
        {queue.oldest_waiting_ms === null ? fleet.nobody : duration(queue.oldest_waiting_ms)}
      </Figure>
      <Figure name={fleet.placesTitle}>
        {queue.agents === 0 ? fleet.noPlace : fleet.placesFree(queue.places.free, queue.places.total)}
      </Figure>
      <Figure name={fleet.newJob}>{wait(queue)}</Figure>
    </dl>
  )
}

function wait(queue: WorkflowQueue | ClassQueue): string {
  if (queue.agents === 0) return fleet.waitsForGpu
  if (queue.places.free > 0) return fleet.noWait
  return queue.estimated_wait_ms === null ? fleet.notMeasured : about(queue.estimated_wait_ms)
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-fg-3">{name}</dt>
      <dd className="text-fg-2">{children}</dd>
    </div>
  )
}
