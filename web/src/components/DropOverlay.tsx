import clsx from 'clsx'
import { Upload } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

interface DropZone {
  id: string
  label: string
  full?: boolean
}

interface DropOverlayProps {
  title: string
  /** Under the zones. */
  note: string
  zones: readonly DropZone[]
  /** Null when it was let go beside all zones. */
  onDrop: (zone: string | null, files: File[]) => void
}

/** Takes files dropped anywhere on the page. Shown while something is dragged over it, with a place for each slot. */
export function DropOverlay({ title, note, zones, onDrop }: DropOverlayProps) {
  const [over, setOver] = useState<string | null>(null)
  const shown = useFileDrag((zone, files) => onDrop(zone, files), setOver)
  if (!shown) return null
  return (
    <div className="fixed inset-0 z-50 flex flex-col gap-4 bg-black/90 p-4 text-white sm:p-8">
      <p className="flex items-center justify-center gap-2 text-lg font-semibold">
        <Upload size={20} aria-hidden />
        {title}
      </p>
      <div className="flex min-h-0 flex-1 flex-col gap-4 sm:flex-row">
        {zones.map((zone) => (
          <div
            key={zone.id}
            data-drop={zone.id}
            className={clsx(
              'flex flex-1 items-center justify-center rounded-xl border-2 border-dashed p-4 text-center text-base font-medium',
              over === zone.id && !zone.full ? 'border-white bg-white/15' : 'border-white/50',
            )}
          >
            {zone.label}
          </div>
        ))}
      </div>
      <p className="text-center text-sm">{note}</p>
    </div>
  )
}

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
const zoneAt = (event: DragEvent) =>
  event.target instanceof Element ? (event.target.closest<HTMLElement>('[data-drop]')?.dataset.drop ?? null) : null

/** Listens on the window, so that no field of the page can swallow a file. */
function useFileDrag(
  onDrop: (zone: string | null, files: File[]) => void,
  onOver: (zone: string | null) => void,
): boolean {
  const [shown, setShown] = useState(false)
  const drop = useRef(onDrop)
  drop.current = onDrop
  useEffect(() => {
    // Entering a child fires before leaving its parent, so the two are counted against each other.
    let depth = 0
    const end = () => {
      depth = 0
      setShown(false)
      onOver(null)
    }
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      depth += 1
      setShown(true)
    }
    const over = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      onOver(zoneAt(event))
    }
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      depth -= 1
      if (depth <= 0) end()
    }
    const take = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      end()
      drop.current(zoneAt(event), [...(event.dataTransfer?.files ?? [])])
    }
    addEventListener('dragenter', enter)
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', take)
    return () => {
      removeEventListener('dragenter', enter)
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', take)
    }
  }, [onOver])
  return shown
}
