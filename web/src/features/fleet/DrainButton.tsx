import { useId, useState } from 'react'
import type { Agent } from '@/api/types'
import { Button } from '@/components/ui/Button'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { useJobStore } from '@/stores/jobStore'
import { may, useServerStore } from '@/stores/serverStore'
import { common } from '@/text/common'
import { fleet } from '@/text/fleet'
import { drain, resume } from './drain'

/** Drains the agent, after asking; or lets it work again. */
export function DrainButton({ agent }: { agent: Agent }) {
  const [asking, setAsking] = useState(false)
  const reason = useId()
  const allowed = useServerStore((store) => may(store.session, 'admin'))
  const reachable = useJobStore((store) => store.link !== 'reconnecting' && store.link !== 'unreachable')
  const why = !allowed ? fleet.needsAdmin : !reachable ? fleet.offline : null
  const stopped = agent.state === 'draining' || agent.state === 'quarantined'
  if (agent.state === 'lost') return null
  return (
    <>
      <div className="ml-auto flex flex-wrap items-center justify-end gap-x-2 gap-y-1 sm:ml-0">
        {why !== null && (
          <span id={reason} className="text-xs text-fg-3">
            {why}
          </span>
        )}
        <Button
          size="sm"
          disabled={why !== null}
          aria-describedby={why === null ? undefined : reason}
          aria-label={stopped ? fleet.resumeName(agent.name) : fleet.drainName(agent.name)}
          onClick={() => (stopped ? void resume(agent) : setAsking(true))}
        >
          {stopped ? fleet.resume : fleet.drain}
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => void drain(agent)}
        title={fleet.drainTitle(agent.name)}
        description={fleet.drainDetail(agent.places.total - agent.places.free)}
        action={fleet.drain}
        keep={common.cancel}
      />
    </>
  )
}
