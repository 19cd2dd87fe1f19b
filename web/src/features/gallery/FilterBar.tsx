import { CheckSquare } from 'lucide-react'
import { Button } from '@/components/ui/Button'
import { Segmented } from '@/components/ui/Segmented'
import { gallery as text } from '@/text/gallery'
import { FILTERS, type Filter } from './filter'

interface FilterBarProps {
  filter: Filter
  onFilter: (filter: Filter) => void
  shown: number
  more: boolean
  choosing: boolean
  onChoosing: (on: boolean) => void
}

const OPTIONS = FILTERS.map((value) => ({ value, label: text.filters[value] }))

export function FilterBar({ filter, onFilter, shown, more, choosing, onChoosing }: FilterBarProps) {
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b px-3 py-3">
      <h1 className="text-lg font-semibold">{text.title}</h1>
      <span className="num text-sm text-fg-3">{text.total(shown, more)}</span>
      <Button
        size="sm"
        variant="ghost"
        aria-pressed={choosing}
        disabled={shown === 0}
        onClick={() => onChoosing(!choosing)}
        className="ml-auto"
      >
        <CheckSquare size={16} aria-hidden />
        {choosing ? text.selectDone : text.select}
      </Button>
      <Segmented
        label={text.filter}
        options={OPTIONS}
        value={filter}
        onChange={onFilter}
        className="w-full sm:w-auto"
      />
    </div>
  )
}
