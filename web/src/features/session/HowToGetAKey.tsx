import { CircleQuestionMark } from 'lucide-react'
import { CopyLine } from '@/components/ui/CopyLine'
import { session as words } from '@/text/session'

const LINE = 'spool-api key new NAME --scope submit --file keys'

export function HowToGetAKey() {
  return (
    <details className="rounded-lg border bg-surface">
      <summary className="flex min-h-11 list-none items-center gap-2 px-3.5 text-sm font-medium">
        <CircleQuestionMark size={16} aria-hidden className="text-accent-text" />
        {words.how}
      </summary>
      <div className="flex flex-col gap-2 border-t p-3.5 text-sm text-fg-2">
        <p>{words.howDetail}</p>
        <CopyLine label={words.howLine} text={LINE} />
        <p className="text-xs text-fg-3">{words.howAdmin}</p>
      </div>
    </details>
  )
}
