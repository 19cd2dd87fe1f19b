import { TriangleAlert } from 'lucide-react'
import { common } from '@/text/common'
import { Button } from './Button'

interface ErrorStateProps {
  title: string
  detail?: string | undefined
  onRetry?: () => void
  /** `h1` where it is all that the page has. */
  level?: 'h1' | 'h2'
}

export function ErrorState({ title, detail, onRetry, level: Heading = 'h2' }: ErrorStateProps) {
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <TriangleAlert aria-hidden className="text-bad" />
      <Heading className="text-base font-semibold">{title}</Heading>
      {detail !== undefined && <p className="max-w-sm text-sm text-fg-2">{detail}</p>}
      {onRetry && (
        <Button className="mt-2" onClick={onRetry}>
          {common.tryAgain}
        </Button>
      )}
    </div>
  )
}
