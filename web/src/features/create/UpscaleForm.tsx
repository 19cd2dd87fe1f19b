import { Segmented } from '@/components/ui/Segmented'
import { create } from '@/text/create'
import { ImageDrop } from './ImageDrop'
import { Quality } from './Quality'
import { leadPicture } from './resolve'
import { sizeOf } from './size'
import type { Form } from './useForm'

/** A picture becomes larger. */
export function UpscaleForm({ form }: { form: Form }) {
  const field = form.field('scale')
  const factor = form.number('scale')
  const picture = sizeOf(leadPicture(form.description, form.draft))
  const after = picture && { width: picture.width * factor, height: picture.height * factor }
  return (
    <>
      {form.description.pictures.map((slot) => (
        <ImageDrop key={slot.name} form={form} field={slot} label={slot.label} result={null} />
      ))}
      <div data-field="scale" className="flex flex-col gap-1.5">
        <h2 className="text-sm font-medium text-fg-2">{create.scale.label}</h2>
        <Segmented
          label={create.scale.label}
          options={(field.choices as number[]).map((value) => ({ value, label: create.scale.times(value) }))}
          value={factor}
          onChange={(value) => form.set('scale', value)}
        />
        <p className={form.problems.scale ? 'num text-xs text-bad' : 'num text-xs text-fg-3'}>
          {form.problems.scale ?? (picture && after ? create.scale.from(picture, after) : field.help)}
        </p>
      </div>
      <Quality form={form} title={create.quality.seedOnly} />
    </>
  )
}
