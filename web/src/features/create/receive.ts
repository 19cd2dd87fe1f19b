import { importFile } from '@/actions/importFile'
import type { Config, Field, Workflow, WorkflowDescription } from '@/api/types'
import { toast } from '@/components/ui/toast'
import { describe as descriptionOf } from '@/stores/serverStore'
import { create } from '@/text/create'
import { takeFiles } from './intake'

const words = create.pictures

/** Results that are no pictures: their settings are what can be had of them. */
function isResult(file: File): boolean {
  return /^(video\/mp4|application\/json)$/.test(file.type) || /\.(mp4|json)$/i.test(file.name)
}

/** Takes files that were dropped or pasted: pictures into the slot that was meant, results for their settings. */
export function receive(config: Config, workflow: Workflow, slot: string | null, files: File[]): void {
  const description = descriptionOf(config, workflow)
  const results = files.filter(isResult)
  const pictures = files.filter((file) => !isResult(file))
  for (const file of results) void takeResult(file)
  const field = fieldFor(description, slot)
  if (pictures.length === 0 || !field) return
  takeFiles(workflow, field, config.limits.picture, pictures)
  for (const file of pictures) void offerSettings(file)
}

/** The slot that was meant, else the first. */
function fieldFor(description: WorkflowDescription, slot: string | null): Field | undefined {
  const [first] = description.pictures
  return description.pictures.find((field) => field.name === slot) ?? first
}

async function takeResult(file: File): Promise<void> {
  if (!(await importFile(file))) toast.error(words.noSettings(file.name))
}

/** A picture that Spool made is used as a picture; that it holds settings too is only said. */
async function offerSettings(file: File): Promise<void> {
  if (file.type !== 'image/png') return
  const { readFile } = await import('@/lib/metadata/read')
  if ((await readFile(file).catch(() => null)) === null) return
  toast.message(words.hasSettings, { action: { label: words.useSettings, onClick: () => void importFile(file) } })
}
