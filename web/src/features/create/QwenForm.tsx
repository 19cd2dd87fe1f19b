import { create } from '@/text/create'
import { PictureRow } from './PictureRow'
import { PresetField } from './PresetField'
import { PromptField } from './PromptField'
import { Quality } from './Quality'
import { SizeField, sizeIn } from './SizeField'
import type { Form } from './useForm'
import { VariationsField } from './VariationsField'

/** One to three pictures become one. */
export function QwenForm({ form }: { form: Form }) {
  // By default the result has the first picture's shape, and nothing worth showing is cut off.
  const result = form.draft.values.width === undefined ? null : sizeIn(form)
  return (
    <>
      {form.description.pictures.map((field) => (
        <PictureRow key={field.name} form={form} field={field} result={result} />
      ))}
      <PromptField form={form} />
      <PresetField form={form} />
      <SizeField form={form} workflow="qwen" />
      <Quality form={form} title={create.quality.title} />
      <VariationsField form={form} />
    </>
  )
}
