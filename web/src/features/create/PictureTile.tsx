import clsx from 'clsx'
import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import { type DragEvent, useState } from 'react'
import { IconButton } from '@/components/ui/IconButton'
import type { DraftPicture } from '@/stores/draftStore'
import { create } from '@/text/create'
import { StoredPicture } from './StoredPicture'
import type { Crop } from './size'
import { useStored } from './useStored'

interface PictureTileProps {
  picture: DraftPicture
  index: number
  count: number
  crop: Crop | null
  onMove: (from: number, to: number) => void
  onRemove: () => void
}

/** What is dragged is named by its place. */
const DRAGGED = 'application/x-spool-place'

export function PictureTile({ picture, index, count, crop, onMove, onRemove }: PictureTileProps) {
  const stored = useStored(picture.imageId)
  const [over, setOver] = useState(false)
  const isPlace = (event: DragEvent) => event.dataTransfer.types.includes(DRAGGED)
  return (
    <li
      data-place={index}
      draggable={count > 1}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, String(index))
        event.dataTransfer.effectAllowed = 'move'
      }}
      onDragOver={(event) => {
        if (!isPlace(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        if (!isPlace(event)) return
        event.preventDefault()
        onMove(Number(event.dataTransfer.getData(DRAGGED)), index)
      }}
      className={clsx(
        'relative aspect-square overflow-hidden rounded-lg border bg-stage',
        over ? 'border-accent-text' : 'border-line',
        count > 1 && 'cursor-grab',
      )}
    >
      <StoredPicture
        picture={picture}
        stored={stored}
        crop={crop}
        alt={`${create.pictures.number(index + 1)}: ${picture.name}`}
        goneClass="px-1.5 pt-9 text-center text-2xs text-white"
      />
      <span
        aria-hidden
        className="num absolute top-1.5 left-1.5 flex size-6 items-center justify-center rounded-sm bg-black/75 text-xs font-semibold text-white"
      >
        {index + 1}
      </span>
      <IconButton
        overlay
        size="sm"
        className="absolute top-1.5 right-1.5"
        label={create.pictures.remove(`${create.pictures.number(index + 1)}, ${picture.name}`)}
        icon={<X size={16} />}
        onClick={onRemove}
      />
      {count > 1 && (
        <span className="absolute inset-x-1.5 bottom-1.5 flex justify-between">
          <IconButton
            overlay
            size="sm"
            disabled={index === 0}
            className={clsx(index === 0 && 'invisible')}
            label={create.pictures.earlier(index + 1)}
            icon={<ChevronLeft size={16} />}
            onClick={() => onMove(index, index - 1)}
          />
          <IconButton
            overlay
            size="sm"
            disabled={index === count - 1}
            className={clsx(index === count - 1 && 'invisible')}
            label={create.pictures.later(index + 1)}
            icon={<ChevronRight size={16} />}
            onClick={() => onMove(index, index + 1)}
          />
        </span>
      )}
    </li>
  )
}
