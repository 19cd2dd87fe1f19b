import clsx from 'clsx'
import { ImagePlus } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { Field } from '@/api/types'
import { type DraftPicture, useDraftStore } from '@/stores/draftStore'
import { create } from '@/text/create'
import { useFormStore } from './formStore'
import { slotKey, takeFiles, uploadsOf, useIntake } from './intake'
import { PictureTile } from './PictureTile'
import { cropOf, type Size } from './size'
import { UploadTile } from './UploadTile'
import type { Form } from './useForm'
import { usePicker } from './usePicker'

interface PictureRowProps {
  form: Form
  field: Field
  /** The result's size where it was set by hand, so that what is cut off the first picture can be shown. */
  result: Size | null
}

/** Up to three pictures in order. */
export function PictureRow({ form, field, result }: PictureRowProps) {
  const { workflow, limits } = form
  const id = useId()
  const most = field.max_items ?? 1
  const pictures = form.draft.pictures[field.name] ?? []
  const all = useIntake((store) => store.uploads)
  const uploads = uploadsOf(all, workflow, field.name)
  const refused = useIntake((store) => store.refused[slotKey(workflow, field.name)])
  const picker = usePicker(limits.picture.content_types, true, (files) =>
    takeFiles(workflow, field, limits.picture, files),
  )
  const error = refused ?? form.problems[field.name]
  const { list, said, move } = useOrder(pictures, (next) => change(next))

  function change(next: DraftPicture[]) {
    useDraftStore.getState().setPictures(workflow, field.name, next)
    useFormStore.getState().touched(workflow, field.name)
    useIntake.setState({ refused: {} })
  }

  return (
    <div data-field={field.name} className="flex flex-col gap-1.5">
      <div className="flex min-h-6 items-center justify-between gap-2 text-sm">
        <h2 id={id} className="font-medium text-fg-2">
          {field.label}
        </h2>
        <span className="num text-xs text-fg-3">{create.pictures.of(pictures.length + uploads.length, most)}</span>
      </div>
      {picker.input}
      <ul ref={list} aria-labelledby={id} className="grid grid-cols-2 gap-2 min-[360px]:grid-cols-3">
        {pictures.map((picture, index) => (
          <PictureTile
            key={keyOf(pictures, index)}
            picture={picture}
            index={index}
            count={pictures.length}
            crop={index === 0 && result ? cropOf(picture, result) : null}
            onMove={move}
            onRemove={() => change(pictures.filter((_, at) => at !== index))}
          />
        ))}
        {uploads.map((upload) => (
          <li key={upload.key} className="relative aspect-square overflow-hidden rounded-lg border bg-stage">
            <UploadTile upload={upload} />
          </li>
        ))}
        {pictures.length + uploads.length < most && (
          <li className={clsx(pictures.length + uploads.length === 0 && 'col-span-full')}>
            <button
              type="button"
              aria-describedby={error === undefined ? id : `${id} ${id}-error`}
              onClick={picker.open}
              className={clsx(
                'flex w-full flex-col items-center justify-center gap-2 rounded-lg border border-dashed bg-sunken p-2 text-center text-sm text-fg-2 transition-colors duration-120 hover:border-accent-text hover:text-fg',
                pictures.length + uploads.length === 0 ? 'h-28' : 'aspect-square',
                error === undefined ? 'border-line-strong' : 'border-bad',
              )}
            >
              <ImagePlus size={22} aria-hidden className="text-accent-text" />
              {pictures.length + uploads.length === 0 ? create.pictures.drop : create.pictures.dropShort}
            </button>
          </li>
        )}
      </ul>
      {error === undefined ? (
        pictures.length > 1 && <p className="text-xs text-fg-3">{create.pictures.order}</p>
      ) : (
        <p id={`${id}-error`} role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
      <p role="status" className="sr-only">
        {said}
      </p>
    </div>
  )
}

/** Moves a picture to another place, says so, and keeps the focus with it. */
function useOrder(pictures: DraftPicture[], onChange: (next: DraftPicture[]) => void) {
  const list = useRef<HTMLUListElement>(null)
  const [said, setSaid] = useState('')
  const follow = useRef<number | null>(null)
  useEffect(() => {
    if (follow.current === null) return
    list.current?.querySelector<HTMLElement>(`[data-place="${follow.current}"] button:not(:disabled)`)?.focus()
    follow.current = null
  })
  function move(from: number, to: number) {
    const next = [...pictures]
    const [moved] = next.splice(from, 1)
    if (!moved || from === to) return
    next.splice(to, 0, moved)
    follow.current = to
    setSaid(create.pictures.moved(from + 1, to + 1))
    onChange(next)
  }
  return { list, said, move }
}

/** One picture may stand there twice. */
function keyOf(pictures: DraftPicture[], index: number): string {
  const { imageId } = pictures[index] as DraftPicture
  const before = pictures.slice(0, index).filter((picture) => picture.imageId === imageId).length
  return `${imageId}:${before}`
}
