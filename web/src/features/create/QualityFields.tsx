import { Field } from '@/components/ui/Field'
import { Segmented } from '@/components/ui/Segmented'
import { countChars } from '@/lib/chars'
import { defaultOf } from '@/stores/defaults'
import { may, useServerStore } from '@/stores/serverStore'
import { choice } from '@/text/choices'
import { create } from '@/text/create'
import { NumberField } from './NumberField'
import { ignoresNegativePrompt } from './resolve'
import { SeedField } from './SeedField'
import type { Form } from './useForm'

/** What stands in the fold: all that the workflow has of it, in this order. Comes after the page has been drawn. */
export function QualityFields({ form }: { form: Form }) {
  const names = new Set(form.description.fields.map((field) => field.name))
  return (
    <>
      {names.has('model') && <ModelField form={form} />}
      {names.has('num_inference_steps') && <StepsField form={form} />}
      {names.has('cfg_scale') && <CfgField form={form} />}
      {names.has('negative_prompt') && <NegativePromptField form={form} />}
      {names.has('fps') && <NumberField form={form} name="fps" />}
      <SeedField form={form} />
      <PriorityField form={form} />
    </>
  )
}

function StepsField({ form }: { form: Form }) {
  const preset = String(form.values.preset)
  const usual = Number(defaultOf(form.field('num_inference_steps'), preset))
  const help = create.quality.steps(choice('preset', preset), usual)
  return <NumberField form={form} name="num_inference_steps" help={help} />
}

function CfgField({ form }: { form: Form }) {
  const help = form.values.cfg_scale === 1 ? create.quality.cfgOne : create.quality.cfg
  return <NumberField form={form} name="cfg_scale" step={0.1} help={help} />
}

function NegativePromptField({ form }: { form: Form }) {
  const field = form.field('negative_prompt')
  const off = ignoresNegativePrompt(form.values)
  const text = String(form.draft.values.negative_prompt ?? '')
  const most = field.max_length ?? 0
  return (
    <div data-field={field.name}>
      <Field
        label={field.label}
        aside={
          off ? null : <span className="num text-xs text-fg-3">{create.prompt.counter(countChars(text), most)}</span>
        }
        help={off ? create.quality.negativeOff : undefined}
        error={off ? undefined : form.problems[field.name]}
      >
        {(control) => (
          <textarea
            {...control}
            rows={2}
            disabled={off}
            value={text}
            onChange={(event) => form.set(field.name, event.target.value || undefined)}
            className="field-sizing-content max-h-40 min-h-16 resize-none rounded-md border bg-sunken px-2.5 py-2 text-sm disabled:text-fg-3"
          />
        )}
      </Field>
    </div>
  )
}

function ModelField({ form }: { form: Form }) {
  const field = form.field('model')
  return (
    <div data-field={field.name} className="flex flex-col gap-1.5">
      <h3 className="text-sm font-medium text-fg-2">{field.label}</h3>
      <Segmented
        label={field.label}
        options={(field.choices as string[]).map((value) => ({
          value,
          label: choice('model', value),
        }))}
        value={String(form.values.model)}
        onChange={(value) => form.set('model', value)}
      />
      <p className="text-xs text-fg-3">{field.help}</p>
    </div>
  )
}

/** Only for whoever the server would let through. */
function PriorityField({ form }: { form: Form }) {
  const allowed = useServerStore((store) => may(store.session, 'high'))
  const field = useServerStore((store) => store.config?.priority)
  if (!allowed || !field) return null
  return (
    <div data-field="priority" className="flex flex-col gap-1.5">
      <h3 className="text-sm font-medium text-fg-2">{field.label}</h3>
      <Segmented
        label={field.label}
        options={(field.choices as string[]).map((value) => ({
          value,
          label: choice('priority', value),
        }))}
        value={String(form.draft.values.priority ?? field.default)}
        onChange={(value) => form.set('priority', value === field.default ? undefined : value)}
      />
    </div>
  )
}
