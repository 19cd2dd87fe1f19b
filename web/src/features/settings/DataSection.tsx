import { useState } from 'react'
import { Button } from '@/components/ui/Button'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { useDraftStore } from '@/stores/draftStore'
import { settings } from '@/text/settings'
import { Row, Section } from './Section'

/** What the forms have left in this browser. */
export function DataSection() {
  const prompts = useDraftStore((store) => Object.values(store.history).reduce((sum, list) => sum + list.length, 0))
  const drafts = useDraftStore((store) => Object.keys(store.drafts).length)
  const [asking, setAsking] = useState<'history' | 'drafts' | null>(null)
  return (
    <Section title={settings.data}>
      <Row title={settings.history} help={settings.historyKept(prompts)}>
        <Button disabled={prompts === 0} onClick={() => setAsking('history')}>
          {settings.clearHistory}
        </Button>
      </Row>
      <Row title={settings.drafts} help={settings.draftsKept(drafts)}>
        <Button disabled={drafts === 0} onClick={() => setAsking('drafts')}>
          {settings.clearDrafts}
        </Button>
      </Row>
      <ConfirmDialog
        open={asking === 'history'}
        onClose={() => setAsking(null)}
        onConfirm={() => useDraftStore.setState({ history: {} })}
        title={settings.clearHistoryTitle}
        description={settings.clearHistoryDetail(prompts)}
        action={settings.clear}
      />
      <ConfirmDialog
        open={asking === 'drafts'}
        onClose={() => setAsking(null)}
        onConfirm={() => useDraftStore.setState({ drafts: {} })}
        title={settings.clearDraftsTitle}
        description={settings.clearDraftsDetail}
        action={settings.clear}
      />
    </Section>
  )
}
