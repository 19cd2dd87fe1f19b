import { Button } from '@/components/ui/Button'
import { Dialog } from '@/components/ui/Dialog'
import { useCommandStore } from '@/stores/commandStore'
import { useUiStore } from '@/stores/uiStore'
import { command, SHEET } from '@/text/command'
import { KeyCombo } from './KeyCombo'

/** Every shortcut on one sheet. */
export default function ShortcutsDialog() {
  const close = useCommandStore((store) => store.close)
  const letters = useUiStore((store) => store.letters)
  const set = useUiStore((store) => store.set)
  return (
    <Dialog
      open
      wide
      onClose={close}
      title={command.sheet}
      description={letters ? command.sheetLead : command.lettersOff}
      {...(!letters && { actions: <Button onClick={() => set({ letters: true })}>{command.turnOn}</Button> })}
    >
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {SHEET.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1 text-sm font-semibold">{group.title}</h3>
            <dl className="divide-y">
              {group.rows.map((row) => (
                <div key={row.label} className="flex min-h-9 items-center justify-between gap-3">
                  <dt className="text-sm text-fg-2">{row.label}</dt>
                  <dd className="flex gap-1.5">
                    {row.keys.map((keys) => (
                      <KeyCombo key={keys} keys={keys} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
