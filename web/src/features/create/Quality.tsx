import { ChevronDown } from 'lucide-react'
import { Suspense } from 'react'
import { late } from '@/lib/late'
import type { Form } from './useForm'

const QualityFields = late(() => import('./QualityFields').then((module) => ({ default: module.QualityFields })))

/** What most never touch, in a fold: the browser's own, so that a search in the page opens it. */
export function Quality({ form, title }: { form: Form; title: string }) {
  return (
    <details className="group rounded-lg border">
      <summary className="flex h-11 list-none items-center justify-between rounded-lg px-3 text-sm font-medium text-fg-2 hover:text-fg [&::-webkit-details-marker]:hidden">
        {title}
        <ChevronDown size={16} aria-hidden className="group-open:rotate-180" />
      </summary>
      <div className="flex flex-col gap-4 border-t p-3">
        <Suspense>
          <QualityFields form={form} />
        </Suspense>
      </div>
    </details>
  )
}
