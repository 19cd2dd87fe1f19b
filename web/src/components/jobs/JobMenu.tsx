import {
  ClipboardCopy,
  Download,
  Ellipsis,
  GalleryHorizontalEnd,
  RotateCcw,
  SlidersHorizontal,
  Trash2,
} from 'lucide-react'
import { downloadOutput, removeJobs, runAgain } from '@/actions/jobs'
import { proposeSettingsOf } from '@/actions/settings'
import type { Job } from '@/api/types'
import type { MenuItem } from '@/components/ui/Menu'
import { toast } from '@/components/ui/toast'
import { copyText } from '@/lib/clipboard'
import { go, paths } from '@/lib/go'
import { jobCan } from '@/stores/fold'
import { jobs } from '@/text/jobs'
import { LateMenu } from './LateMenu'

const words = jobs.actions

/** What may be done with a job beside the one thing that its card offers at once. */
export function JobMenu({ job, title }: { job: Job; title: string }) {
  return <LateMenu label={words.more} description={title} icon={<Ellipsis size={18} />} items={() => items(job)} />
}

function items(job: Job): (MenuItem | null)[] {
  const [output] = job.outputs
  const list: (MenuItem | null)[] = [
    {
      label: words.useSettings,
      icon: <SlidersHorizontal size={16} />,
      onSelect: () => void proposeSettingsOf(job),
    },
  ]
  if (jobCan.retry(job)) {
    list.push({ label: words.runAgain, icon: <RotateCcw size={16} />, onSelect: () => void runAgain(job.id) })
  }
  if (output && jobCan.play(job)) {
    list.push(
      { label: words.download, icon: <Download size={16} />, onSelect: () => downloadOutput(job, output) },
      {
        label: words.gallery,
        icon: <GalleryHorizontalEnd size={16} />,
        onSelect: () => go(paths.result(job.id)),
      },
    )
  }
  list.push({ label: words.copyId, icon: <ClipboardCopy size={16} />, onSelect: () => void copyId(job.id) })
  if (jobCan.delete(job)) {
    list.push(null, {
      label: words.delete,
      icon: <Trash2 size={16} />,
      danger: true,
      onSelect: () => removeJobs([job.id]),
    })
  }
  return list
}

/** Without a clipboard it is shown, to be copied by hand. */
async function copyId(id: string): Promise<void> {
  if (await copyText(id)) toast.message(jobs.idCopied)
  else toast.message(jobs.idIs, { description: id, duration: 20_000 })
}
