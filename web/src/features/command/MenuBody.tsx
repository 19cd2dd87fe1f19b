import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react'
import type { Job } from '@/api/types'
import { Kbd } from '@/components/ui/Kbd'
import { createPaths, go, paths } from '@/lib/go'
import { jobCan } from '@/stores/fold'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { command as words } from '@/text/command'
import { commands } from './commands'
import { find, type Hit } from './find'
import { HitRow } from './HitRow'

/** A field with a list under it; the focus stays in the field and the arrows move through the list. */
export function MenuBody({ onChoose }: { onChoose: (run: () => void) => void }) {
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  // As they were when the menu opened: a list that moves under the finger is worse than one that is a moment old.
  const [known] = useState(() => ({ commands: commands(), jobs: newestFirst() }))
  const groups = useMemo(() => find(text, known.commands, known.jobs), [text, known])
  const hits = groups.flatMap((group) => group.hits)
  const active = hits[Math.min(at, hits.length - 1)]
  const optionId = (hit: Hit) => `${id}-${hit.id}`

  useEffect(() => {
    if (active) document.getElementById(`${id}-${active.id}`)?.scrollIntoView({ block: 'nearest' })
  }, [active, id])

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return
    const next = stepped(event.key, at, hits.length)
    if (next !== null) {
      event.preventDefault()
      setAt(next)
    } else if (event.key === 'Enter' && active && !event.repeat) {
      event.preventDefault()
      onChoose(runOf(active))
    }
  }

  return (
    <>
      <div className="flex h-13 shrink-0 items-center gap-3 border-b px-4">
        <Search size={18} aria-hidden className="shrink-0 text-fg-3" />
        <input
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active && optionId(active)}
          aria-autocomplete="list"
          aria-label={words.search}
          placeholder={words.search}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
          autoComplete="off"
          spellCheck={false}
          className="h-full min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-fg-3"
        />
      </div>
      <div id={`${id}-list`} role="listbox" aria-label={words.results} className="pane min-h-0 p-2">
        {groups.map((group) => (
          <div key={group.name} role="group" aria-labelledby={`${id}-${group.name}`}>
            <p id={`${id}-${group.name}`} className="px-2.5 pt-2 pb-1 text-xs font-medium text-fg-3">
              {words.groups[group.name]}
            </p>
            {group.hits.map((hit) => (
              <HitRow
                key={hit.id}
                id={optionId(hit)}
                hit={hit}
                active={hit === active}
                onPoint={() => setAt(hits.indexOf(hit))}
                onChoose={() => onChoose(runOf(hit))}
              />
            ))}
          </div>
        ))}
      </div>
      <div role="status" className={hits.length > 0 ? 'sr-only' : 'px-4 pb-8 text-center text-sm'}>
        {hits.length > 0 ? (
          words.count(hits.length)
        ) : (
          <>
            <p className="font-medium break-words">{words.nothing(text)}</p>
            <p className="text-fg-2">{words.nothingDetail}</p>
          </>
        )}
      </div>
      <p
        aria-hidden
        className="flex h-9 shrink-0 items-center gap-4 border-t bg-sunken px-4 text-2xs text-fg-3 coarse:hidden"
      >
        <Hint keys={['↑', '↓']} word={words.hints.move} />
        <Hint keys={['Enter']} word={words.hints.choose} />
        <Hint keys={['Esc']} word={words.hints.close} />
      </p>
    </>
  )
}

function Hint({ keys, word }: { keys: string[]; word: string }) {
  return (
    <span className="flex items-center gap-1">
      {keys.map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
      {word}
    </span>
  )
}

const PAGE = 8

/** Where a key leads in a list of so many; null for one that leads nowhere. */
function stepped(key: string, at: number, count: number): number | null {
  if (count === 0) return null
  if (key === 'ArrowDown') return (at + 1) % count
  if (key === 'ArrowUp') return (at - 1 + count) % count
  if (key === 'PageDown') return Math.min(at + PAGE, count - 1)
  return key === 'PageUp' ? Math.max(at - PAGE, 0) : null
}

/** What runs and waits before what has ended. */
function newestFirst(): Job[] {
  const { byId, running, waiting, recent } = useJobStore.getState()
  return [...running, ...waiting, ...recent].flatMap((id) => byId[id] ?? [])
}

function runOf(hit: Hit): () => void {
  return hit.kind === 'command' ? hit.command.run : () => show(hit.job)
}

/** A result in the gallery, any other job on the stage. */
function show(job: Job): void {
  if (jobCan.play(job)) {
    go(paths.result(job.id))
  } else {
    useUiStore.getState().set({ focused: job.id })
    go(createPaths[job.workflow])
  }
}
