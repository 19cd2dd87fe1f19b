import { create } from '@/text/create'
import { NumberField } from './NumberField'
import type { Form } from './useForm'

/** Frames, with how long they last. */
export function LengthField({ form }: { form: Form }) {
  const { label, unit, lasts } = create.length
  const help = lasts(form.number('num_frames'), form.number('fps'))
  return <NumberField form={form} name="num_frames" label={label} unit={unit} help={help} />
}
