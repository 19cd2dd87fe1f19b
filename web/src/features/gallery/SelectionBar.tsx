import { Download, Trash2 } from 'lucide-react'
import { useEffect } from 'react'
import { downloadOutput, removeJobs } from '@/actions/jobs'
import type { Job } from '@/api/types'
import { Button } from '@/components/ui/Button'
import { gallery as text } from '@/text/gallery'

const PAUSE_MS = 400

interface SelectionBarProps {
  items: readonly Job[]
  chosen: ReadonlySet<string>
  setChosen: (chosen: ReadonlySet<string> | null) => void
}

/** What can be done with several at once. */
export function SelectionBar({ items, chosen, setChosen }: SelectionBarProps) {
  const jobs = items.filter((job) => chosen.has(job.id))
  const none = jobs.length === 0
  useEscape(setChosen)

  async function download() {
    for (const job of jobs) {
      const [output] = job.outputs
      if (output) downloadOutput(job, output)
      // A browser drops downloads that begin in the same moment.
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  function remove() {
    removeJobs(jobs.map((job) => job.id))
    setChosen(null)
  }

  return (
    <div className="fixed inset-x-0 bottom-14 z-40 flex flex-wrap items-center gap-2 border-t bg-raised px-3 py-2 lg:static">
      <p role="status" className="num mr-auto text-sm">
        {text.selected(jobs.length)}
      </p>
      <Button size="sm" variant="ghost" onClick={() => setChosen(new Set(items.map((job) => job.id)))}>
        {text.selectAll}
      </Button>
      <Button size="sm" disabled={none} onClick={download}>
        <Download size={16} aria-hidden />
        {text.downloadMany(jobs.length)}
      </Button>
      <Button size="sm" variant="danger" disabled={none} onClick={remove}>
        <Trash2 size={16} aria-hidden />
        {text.deleteMany(jobs.length)}
      </Button>
    </div>
  )
}

/** Escape ends choosing, unless it is for what lies over the page. */
function useEscape(setChosen: SelectionBarProps['setChosen']): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
      if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return
      setChosen(null)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [setChosen])
}
