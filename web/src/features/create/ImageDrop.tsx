import clsx from 'clsx'
import { ImagePlus, X } from 'lucide-react'
import { useId } from 'react'
import type { Field } from '@/api/types'
import { IconButton } from '@/components/ui/IconButton'
import { type DraftPicture, useDraftStore } from '@/stores/draftStore'
import { create } from '@/text/create'
import { useFormStore } from './formStore'
import { slotKey, takeFiles, uploadsOf, useIntake } from './intake'
import { StoredPicture } from './StoredPicture'
import { cropOf, cropPixels, type Size } from './size'
import { UploadTile } from './UploadTile'
import type { Form } from './useForm'
import { usePicker } from './usePicker'
import { useStored } from './useStored'

interface ImageDropProps {
  form: Form
  field: Field
  label: string
  /** Of the result, so that what is cut off can be shown. */
  result: Size | null
}

/** A slot for one picture. */
export function ImageDrop({ form, field, label, result }: ImageDropProps) {
  const { workflow, limits } = form
  const id = useId()
  const picture = form.draft.pictures[field.name]?.[0]
  const upload = useIntake((store) => uploadsOf(store.uploads, workflow, field.name)[0])
  const refused = useIntake((store) => store.refused[slotKey(workflow, field.name)])
  const picker = usePicker(limits.picture.content_types, false, (files) =>
    takeFiles(workflow, field, limits.picture, files),
  )
  const error = refused ?? form.problems[field.name]

  function remove() {
    useDraftStore.getState().setPictures(workflow, field.name, [])
    useFormStore.getState().touched(workflow, field.name)
  }

  return (
    <div data-field={field.name} className="flex flex-col gap-1.5">
      <div className="flex min-h-6 items-center gap-1.5 text-sm">
        <h2 id={id} className="font-medium text-fg-2">
          {label}
        </h2>
        {!field.required && <span className="text-fg-3">{create.pictures.optional}</span>}
      </div>
      {picker.input}
      {upload ? (
        <div className="relative h-36 overflow-hidden rounded-lg border bg-stage">
          <UploadTile upload={upload} />
        </div>
      ) : picture ? (
        <Filled key={picture.imageId} picture={picture} result={result} onReplace={picker.open} onRemove={remove} />
      ) : (
        <EmptySlot
          label={label}
          tall={field.required}
          invalid={error !== undefined}
          describe={id}
          onOpen={picker.open}
        />
      )}
      {error !== undefined && (
        <p id={`${id}-error`} role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  )
}

interface EmptySlotProps {
  label: string
  tall: boolean
  invalid: boolean
  describe: string
  onOpen: () => void
}

function EmptySlot({ tall, invalid, describe, onOpen }: EmptySlotProps) {
  return (
    <button
      type="button"
      aria-describedby={invalid ? `${describe} ${describe}-error` : describe}
      onClick={onOpen}
      className={clsx(
        'flex items-center justify-center gap-2.5 rounded-lg border border-dashed bg-sunken px-3 text-sm text-fg-2 transition-colors duration-120 hover:border-accent-text hover:text-fg',
        tall ? 'h-36 flex-col' : 'h-11',
        invalid ? 'border-bad' : 'border-line-strong',
      )}
    >
      <ImagePlus size={tall ? 24 : 18} aria-hidden className="text-accent-text" />
      {tall ? create.pictures.drop : create.pictures.dropShort}
    </button>
  )
}

interface FilledProps {
  picture: DraftPicture
  result: Size | null
  onReplace: () => void
  onRemove: () => void
}

function Filled({ picture, result, onReplace, onRemove }: FilledProps) {
  const stored = useStored(picture.imageId)
  const crop = result && cropOf(picture, result)
  return (
    <div className="relative h-36 overflow-hidden rounded-lg border bg-stage">
      <StoredPicture
        picture={picture}
        stored={stored}
        crop={crop}
        alt={picture.name}
        goneClass="flex h-full items-center justify-center px-10 pb-8 text-center text-sm text-white"
      />
      <div className="absolute inset-x-2 bottom-2 flex items-end justify-between gap-2">
        <span className="num flex min-w-0 flex-col rounded-sm bg-black/75 px-2 py-1 text-2xs text-white">
          <span className="truncate font-medium">{picture.name}</span>
          <span>
            {crop && !stored.gone
              ? create.pictures.crop(cropPixels(picture, crop))
              : `${picture.width} × ${picture.height}`}
          </span>
        </span>
        <span className="flex gap-1.5">
          <button
            type="button"
            onClick={onReplace}
            className="h-8 rounded-md bg-black/75 px-2.5 text-xs font-medium text-white hover:bg-black coarse:h-11"
          >
            {create.pictures.replace}
          </button>
          <IconButton
            overlay
            size="sm"
            label={create.pictures.remove(picture.name)}
            icon={<X size={16} />}
            onClick={onRemove}
          />
        </span>
      </div>
    </div>
  )
}
