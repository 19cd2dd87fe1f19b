import { Segmented } from '@/components/ui/Segmented'
import { defaultOf } from '@/stores/defaults'
import { choice } from '@/text/choices'
import { create } from '@/text/create'
import type { Form } from './useForm'

/** Fast or slow; each with the steps that the server takes for it. */
export function PresetField({ form }: { form: Form }) {
  const field = form.field('preset')
  const steps = form.field('num_inference_steps')
  const options = (field.choices as string[]).map((preset) => ({
    value: preset,
    label: (
      <span className="flex flex-col items-center py-1 leading-tight">
        <span>
          {choice('preset', preset)}
          {create.preset.pace[preset] && <span className="font-normal">, {create.preset.pace[preset]}</span>}
        </span>
        <span className="num text-2xs font-normal text-fg-3">
          {create.preset.steps(Number(defaultOf(steps, preset)))}
        </span>
      </span>
    ),
  }))
  return (
    <div data-field="preset" className="flex flex-col gap-1.5">
      <h2 className="text-sm font-medium text-fg-2">{create.preset.label}</h2>
      <Segmented
        label={create.preset.label}
        options={options}
        value={String(form.values.preset)}
        onChange={(preset) => form.set('preset', preset)}
      />
    </div>
  )
}
