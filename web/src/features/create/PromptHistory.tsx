import { Search } from 'lucide-react'
import { Popover } from 'radix-ui'
import { type ReactElement, useState } from 'react'
import { create } from '@/text/create'

interface PromptHistoryProps {
  /** Newest first. */
  prompts: string[]
  trigger: ReactElement
  onPick: (prompt: string) => void
}

/** What was sent before, to be searched and taken again. Opens with its first showing: it comes when it is asked for. */
export function PromptHistory({ prompts, trigger, onPick }: PromptHistoryProps) {
  const [open, setOpen] = useState(true)
  const [wanted, setWanted] = useState('')
  const found = prompts.filter((prompt) => prompt.toLowerCase().includes(wanted.trim().toLowerCase()))
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={create.prompt.history}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="motion-pop z-50 flex max-h-96 w-88 max-w-[calc(100vw-1rem)] flex-col rounded-lg border bg-raised shadow-pop"
        >
          <label className="flex h-11 shrink-0 items-center gap-2 border-b px-3">
            <Search size={16} aria-hidden className="text-fg-3" />
            <span className="sr-only">{create.prompt.search}</span>
            <input
              type="search"
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
              placeholder={create.prompt.search}
              className="h-full min-w-0 flex-1 bg-transparent text-sm outline-none placeholder:text-fg-3"
            />
          </label>
          {found.length === 0 ? (
            <p className="p-4 text-sm text-fg-2">{prompts.length === 0 ? create.prompt.none : create.prompt.nothing}</p>
          ) : (
            <ul className="pane min-h-0 flex-1 p-1">
              {found.map((prompt) => (
                <li key={prompt}>
                  <button
                    type="button"
                    onClick={() => {
                      onPick(prompt)
                      setOpen(false)
                    }}
                    className="w-full rounded-md px-2.5 py-2 text-left text-sm hover:bg-accent-soft coarse:min-h-11"
                  >
                    <span className="line-clamp-2">{prompt}</span>
                  </button>
                </li>
              ))}
            </ul>
          )}
          <p className="shrink-0 border-t px-3 py-2 text-xs text-fg-3 coarse:hidden">{create.prompt.historyHint}</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
