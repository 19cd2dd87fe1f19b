import { Images } from 'lucide-react'
import { EmptyState } from '@/components/ui/EmptyState'
import { gallery as text } from '@/text/gallery'

/** The second pane before there is anything to show in it. */
export function NothingChosen() {
  return (
    <section
      aria-label={text.detail}
      className="flex flex-1 items-center justify-center rounded-xl border border-dashed"
    >
      <EmptyState icon={<Images />} title={text.choose}>
        {text.chooseBody}
      </EmptyState>
    </section>
  )
}
