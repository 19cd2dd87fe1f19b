import { ArrowLeft, ChevronLeft, ChevronRight } from 'lucide-react'
import { Link } from 'wouter'
import { buttonClass } from '@/components/ui/Button'
import { IconButton } from '@/components/ui/IconButton'
import { gallery as text } from '@/text/gallery'

interface NeighboursProps {
  back: string | null
  previous: string | null
  next: string | null
  onOpen: (id: string | null) => void
}

/** The way to the results before and after, and where the list is elsewhere, back to it. */
export function Neighbours({ back, previous, next, onOpen }: NeighboursProps) {
  return (
    <div className="flex shrink-0 items-center gap-1">
      {back !== null && (
        <Link href={back} className={`${buttonClass('ghost', 'sm')} mr-auto -ml-2`}>
          <ArrowLeft size={16} aria-hidden />
          {text.back}
        </Link>
      )}
      <IconButton
        label={text.previous}
        icon={<ChevronLeft size={18} />}
        disabled={previous === null}
        onClick={() => onOpen(previous)}
      />
      <IconButton
        label={text.next}
        icon={<ChevronRight size={18} />}
        disabled={next === null}
        onClick={() => onOpen(next)}
      />
    </div>
  )
}
