import { Plus, Server } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useSearch } from 'wouter'
import { CopyLine } from '@/components/ui/CopyLine'
import { useServerStore } from '@/stores/serverStore'
import { fleet } from '@/text/fleet'
import { type NodeLines, nodeLines } from './nodeLines'

/** The lines that add a machine: all of the page while there is none, else behind a word. */
export function AddNode({ first }: { first: boolean }) {
  const keys = useServerStore((store) => store.session?.keys ?? false)
  const lines = nodeLines(new URL(document.baseURI), keys)
  const details = useRef<HTMLDetailsElement>(null)
  // So leads the command menu here.
  const asked = new URLSearchParams(useSearch()).has('add')
  useEffect(() => {
    if (!asked || !details.current) return
    details.current.open = true
    details.current.scrollIntoView({ block: 'nearest' })
    details.current.querySelector('summary')?.focus()
  }, [asked])
  if (!first) {
    return (
      <details ref={details} className="rounded-xl border bg-surface">
        <summary className="flex min-h-11 list-none items-center gap-2 px-4 text-sm font-medium">
          <Plus size={18} aria-hidden className="text-accent-text" />
          <h2>{fleet.add}</h2>
        </summary>
        <div className="flex flex-col gap-4 border-t p-4">
          <p className="text-sm text-fg-2">{fleet.addLead}</p>
          <Steps lines={lines} />
        </div>
      </details>
    )
  }
  return (
    <section aria-labelledby="fleet-add" className="flex flex-col gap-5 rounded-xl border bg-surface p-5 sm:p-8">
      <div className="flex items-start gap-4">
        <span
          aria-hidden
          className="flex size-12 shrink-0 items-center justify-center rounded-lg bg-accent-soft text-accent-text"
        >
          <Server />
        </span>
        <div>
          <h2 id="fleet-add" className="text-lg font-semibold">
            {fleet.addEmpty}
          </h2>
          <p className="max-w-prose text-sm text-fg-2">{fleet.addLead}</p>
        </div>
      </div>
      <Steps lines={lines} />
    </section>
  )
}

function Steps({ lines: { reach, token, check, run, proxy } }: { lines: NodeLines }) {
  return (
    <>
      {proxy !== null && <p className="text-sm text-warn">{fleet.needsTls}</p>}
      <ol className="flex flex-col gap-3">
        {proxy !== null && <Step title={fleet.stepTls} line={proxy} />}
        {token !== null && (
          <Step title={fleet.stepToken} line={token}>
            {fleet.stepTokenDetail}
          </Step>
        )}
        <Step title={reach === 'here' ? fleet.stepCheckHere : fleet.stepCheck} line={check}>
          {fleet.stepCheckDetail} {token !== null && fleet.tokenDetail}
        </Step>
        <Step title={reach === 'here' ? fleet.stepRunHere : fleet.stepRun} line={run}>
          {fleet.stepRunDetail}
        </Step>
      </ol>
      {reach === 'here' && token === null && <p className="text-xs text-fg-3">{fleet.hereOnly}</p>}
    </>
  )
}

function Step({ title, line, children }: { title: string; line: string; children?: ReactNode }) {
  return (
    <li className="flex min-w-0 flex-col gap-1">
      <h3 className="text-sm font-medium">{title}</h3>
      {children !== undefined && <p className="text-xs text-fg-3">{children}</p>}
      <CopyLine label={title} text={line} />
    </li>
  )
}
