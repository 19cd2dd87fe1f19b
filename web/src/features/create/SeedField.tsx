import { Dices, Lock, LockOpen } from 'lucide-react'
import { useId, useState } from 'react'
import { IconButton } from '@/components/ui/IconButton'
import { snap } from '@/components/ui/ParamSlider'
import { create } from '@/text/create'
import type { Form } from './useForm'
import { useStageSeed } from './useStageJob'

/** A seed: random for each job, or one that stays. */
export function SeedField({ form }: { form: Form }) {
  const id = useId()
  const field = form.field('seed')
  const { minimum = 0, maximum = 0 } = field
  const seed = form.draft.values.seed
  const shown = useStageSeed(form.workflow)
  const [typed, setTyped] = useState<string | null>(null)
  const fixed = seed !== undefined

  function commit() {
    if (typed !== null) {
      const value = Number(typed)
      if (typed.trim() === '') form.set('seed', undefined)
      else if (Number.isFinite(value)) form.set('seed', snap(value, minimum, maximum, 1))
    }
    setTyped(null)
  }

  return (
    <div data-field="seed" className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium text-fg-2">
        {create.seed.label}
      </label>
      <div className="flex items-center gap-1">
        <input
          id={id}
          inputMode="numeric"
          autoComplete="off"
          placeholder={create.seed.random}
          aria-describedby={`${id}-help`}
          aria-invalid={form.problems.seed !== undefined}
          value={typed ?? (seed === undefined ? '' : String(seed))}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => event.key === 'Enter' && !event.ctrlKey && !event.metaKey && commit()}
          className="num h-9 min-w-0 flex-1 rounded-md border bg-sunken px-2.5 text-sm placeholder:text-fg-3 coarse:h-11"
        />
        <IconButton
          label={create.seed.dice}
          icon={<Dices size={18} />}
          onClick={() => form.set('seed', drawn(maximum))}
        />
        {fixed ? (
          <IconButton
            label={create.seed.unlock}
            icon={<Lock size={18} />}
            onClick={() => form.set('seed', undefined)}
          />
        ) : (
          <IconButton
            label={create.seed.lock}
            disabled={shown === null}
            icon={<LockOpen size={18} />}
            onClick={() => shown !== null && form.set('seed', shown)}
          />
        )}
      </div>
      <p id={`${id}-help`} className={form.problems.seed ? 'text-xs text-bad' : 'text-xs text-fg-3'}>
        {form.problems.seed ?? (fixed ? create.seed.fixed : create.seed.help)}
      </p>
    </div>
  )
}

function drawn(maximum: number): number {
  const [bits = 0] = crypto.getRandomValues(new Uint32Array(1))
  return bits % (maximum + 1)
}
