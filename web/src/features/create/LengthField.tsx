import { ParamSlider } from '@/components/ui/ParamSlider'
import { create } from '@/text/create'
import { ResetTo } from './ResetTo'
import type { Form } from './useForm'

/** Frames, with how long they last. */
export function LengthField({ form }: { form: Form }) {
  const field = form.field('num_frames')
  const frames = form.number('num_frames')
  return (
    <div data-field={field.name}>
      <ParamSlider
        label={create.length.label}
        unit={create.length.unit}
        value={frames}
        minimum={field.minimum ?? 1}
        maximum={field.maximum ?? 1}
        step={field.step ?? 1}
        onChange={(value) => form.set(field.name, value)}
        error={form.problems[field.name]}
        help={
          <>
            {create.length.lasts(frames, form.number('fps'))} <ResetTo form={form} name={field.name} />
          </>
        }
      />
    </div>
  )
}
