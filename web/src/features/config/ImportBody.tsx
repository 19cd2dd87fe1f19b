import { useState } from 'react'
import { Button } from '@/components/ui/Button'
import { Dialog } from '@/components/ui/Dialog'
import { Segmented } from '@/components/ui/Segmented'
import { toast } from '@/components/ui/toast'
import { go, paths } from '@/lib/go'
import { draftOf, useDraftStore } from '@/stores/draftStore'
import { type Proposal, useImportStore } from '@/stores/importStore'
import { useServerStore } from '@/stores/serverStore'
import { common } from '@/text/common'
import { config as text } from '@/text/config'
import { DiffTable } from './DiffTable'
import { diff, hasBoth, merged, type Part } from './diff'

const PAGES = { i2v: paths.video, qwen: paths.edit, upscale: paths.upscale } as const

/** Shows what would change before anything does, and takes it back if that was not it. */
export default function ImportBody({ proposal }: { proposal: Proposal }) {
  const { workflow, source, warnings } = proposal
  const server = useServerStore((store) => store.config)
  const now = useDraftStore((store) => draftOf(store, workflow))
  const close = useImportStore((store) => store.close)
  const [part, setPart] = useState<Part>('all')
  const next = merged(now, proposal.draft, part)
  const rows = server ? diff(server, workflow, now, next) : []

  function use() {
    const { replace } = useDraftStore.getState()
    replace(workflow, next)
    close()
    go(PAGES[workflow])
    const undo = () => {
      replace(workflow, now)
      toast.message(text.restored)
    }
    toast.success(text.used, { action: { label: common.undo, onClick: undo }, duration: 10_000 })
  }

  return (
    <Dialog
      open
      onClose={close}
      wide
      title={text.title}
      description={`${text.from(source)} ${text.page(common.workflows[workflow])}`}
      actions={
        <>
          <Button variant="ghost" onClick={close}>
            {common.cancel}
          </Button>
          {rows.length > 0 && (
            <Button variant="primary" onClick={use}>
              {text.use}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {hasBoth(proposal.draft) && (
          <Segmented
            label={text.take}
            value={part}
            onChange={setPart}
            options={(['all', 'settings', 'pictures'] as const).map((value) => ({ value, label: text.parts[value] }))}
            className="flex-wrap"
          />
        )}
        {warnings.length > 0 && <Warnings warnings={warnings} />}
        {rows.length > 0 ? <DiffTable rows={rows} /> : <p className="text-sm text-fg-2">{text.nothing}</p>}
      </div>
    </Dialog>
  )
}

function Warnings({ warnings }: { warnings: string[] }) {
  return (
    <section className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      <h3 className="font-semibold">{text.warnings}</h3>
      <ul className="list-disc pl-5">
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </section>
  )
}
