import { Suspense } from 'react'
import { late } from '@/lib/late'
import { useImportStore } from '@/stores/importStore'

const ImportBody = late(() => import('./ImportBody'))

/** Waits for settings that are offered; the dialog itself comes with the first of them. */
export function ImportDialog() {
  const proposal = useImportStore((store) => store.proposal)
  if (!proposal) return null
  return (
    <Suspense fallback={null}>
      <ImportBody key={proposal.source} proposal={proposal} />
    </Suspense>
  )
}
