import clsx from 'clsx'
import { History } from 'lucide-react'
import { type KeyboardEvent, Suspense, useRef, useState } from 'react'
import { Field } from '@/components/ui/Field'
import { IconButton } from '@/components/ui/IconButton'
import { countChars } from '@/lib/chars'
import { late } from '@/lib/late'
import { useDraftStore } from '@/stores/draftStore'
import { create } from '@/text/create'
import type { Form } from './useForm'

const PromptHistory = late(() => import('./PromptHistory').then((module) => ({ default: module.PromptHistory })))
const NO_PROMPTS: string[] = []

/** The prompt, with an exact counter and what was written before. */
export function PromptField({ form }: { form: Form }) {
  const { workflow } = form
  const field = form.field('prompt')
  const most = field.max_length ?? 0
  const text = String(form.draft.values.prompt ?? '')
  const used = countChars(text)
  const over = used > most
  const past = useDraftStore((store) => store.history[workflow] ?? NO_PROMPTS)
  const { step, forget } = useSteps(past, text, (next) => form.set('prompt', next || undefined))
  const [history, setHistory] = useState(false)
  const button = (
    <IconButton size="sm" label={create.prompt.history} icon={<History size={16} />} onClick={() => setHistory(true)} />
  )

  function write(next: string) {
    forget()
    form.set('prompt', next || undefined)
  }

  return (
    <div data-field="prompt">
      <Field
        label={create.prompt.label}
        error={form.problems.prompt ?? (over ? create.prompt.over(used - most) : undefined)}
        aside={
          history ? (
            <Suspense fallback={button}>
              <PromptHistory
                prompts={past}
                trigger={<IconButton size="sm" label={create.prompt.history} icon={<History size={16} />} />}
                onPick={write}
              />
            </Suspense>
          ) : (
            button
          )
        }
      >
        {(control) => (
          <div
            className={clsx(
              'flex flex-col rounded-lg border bg-sunken focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent-text',
              over || form.problems.prompt ? 'border-bad' : 'border-line',
            )}
          >
            <textarea
              {...control}
              value={text}
              rows={4}
              data-prompt=""
              onChange={(event) => write(event.target.value)}
              onKeyDown={step}
              placeholder={create.prompt.placeholder[workflow]}
              className="pane field-sizing-content max-h-56 min-h-26 w-full resize-none bg-transparent px-3 pt-2.5 text-base outline-none placeholder:text-fg-3"
            />
            <p
              data-testid="counter"
              title={create.prompt.long}
              className={clsx('num px-3 pb-2 text-right text-xs', over ? 'font-semibold text-bad' : 'text-fg-3')}
            >
              {create.prompt.counter(used, most)}
            </p>
          </div>
        )}
      </Field>
    </div>
  )
}

/** Alt and an arrow walk through what was sent; what was being written lies at the end of the way back. */
function useSteps(past: string[], text: string, write: (text: string) => void) {
  const at = useRef(-1)
  const own = useRef('')
  function step(event: KeyboardEvent) {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    if (at.current === -1) own.current = text
    // What stands there already is no step.
    const skip = at.current === -1 && event.key === 'ArrowUp' && past[0] === text ? 1 : 0
    const next = Math.max(-1, Math.min(past.length - 1, at.current + skip + (event.key === 'ArrowUp' ? 1 : -1)))
    if (next === at.current) return
    at.current = next
    write(next === -1 ? own.current : (past[next] ?? ''))
  }
  return {
    step,
    forget: () => {
      at.current = -1
    },
  }
}
