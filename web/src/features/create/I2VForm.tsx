import { create } from '@/text/create'
import { ImageDrop } from './ImageDrop'
import { LengthField } from './LengthField'
import { PresetField } from './PresetField'
import { PromptField } from './PromptField'
import { Quality } from './Quality'
import { SizeField, sizeIn } from './SizeField'
import type { Form } from './useForm'
import { VariationsField } from './VariationsField'

/** A picture becomes a video. */
export function I2VForm({ form }: { form: Form }) {
  const size = sizeIn(form)
  return (
    <>
      {form.description.pictures.map((field) => (
        <ImageDrop
          key={field.name}
          form={form}
          field={field}
          label={field.required ? field.label : create.pictures.lastFrame}
          result={size}
        />
      ))}
      <PromptField form={form} />
      <PresetField form={form} />
      <SizeField form={form} workflow="i2v" />
      <LengthField form={form} />
      <Quality form={form} title={create.quality.title} />
      <VariationsField form={form} />
    </>
  )
}
