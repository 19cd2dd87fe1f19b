import { Segmented } from '@/components/ui/Segmented'
import { useDraftStore } from '@/stores/draftStore'
import { create } from '@/text/create'
import { seedsFor } from './submit'
import type { Form } from './useForm'

const COUNTS = [1, 2, 3, 4]

/** How many jobs a press makes. */
export function VariationsField({ form }: { form: Form }) {
  const { draft, workflow } = form
  const chosen = draft.values.seed
  const seeds = seedsFor(
    typeof chosen === 'number' ? chosen : undefined,
    draft.variations,
    form.field('seed').maximum ?? 0,
  )
  const [first] = seeds
  const last = seeds.at(-1)
  return (
    <div className="flex flex-col gap-1.5">
      <h2 className="text-sm font-medium text-fg-2">{create.variations.label}</h2>
      <Segmented
        label={create.variations.label}
        options={COUNTS.map((value) => ({ value, label: String(value) }))}
        value={draft.variations}
        onChange={(variations) => useDraftStore.getState().setVariations(workflow, variations)}
      />
      {draft.variations > 1 && (
        <p className="num text-xs text-fg-3">
          {first !== undefined && last !== undefined ? create.variations.seeds(first, last) : create.variations.random}
        </p>
      )}
    </div>
  )
}
