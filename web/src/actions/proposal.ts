import { ApiError } from '@/api/client'
import { fetchConfig, fetchJob, type JobConfig } from '@/api/jobs'
import type { Config, Job } from '@/api/types'
import { imageAddress, uploadImage } from '@/api/uploads'
import { toast } from '@/components/ui/toast'
import type { Settings } from '@/lib/metadata/settings'
import { asSeen, orientationIn } from '@/lib/orientation'
import type { DraftPicture } from '@/stores/draftStore'
import { useImportStore } from '@/stores/importStore'
import { useServerStore } from '@/stores/serverStore'
import { config as text } from '@/text/config'
import { draftFrom, type Reading } from './draftFrom'

const LONGEST = 80

/** Finds the picture that stands in a request; throws when it cannot be had. */
type Find = (value: unknown, name: string) => Promise<DraftPicture>

/** Offers the settings to the form they belong to. Says why when nothing of them can be taken. */
export async function propose(
  settings: Settings,
  source: string,
  find: Find = findPicture,
  more: readonly string[] = [],
): Promise<void> {
  const server = useServerStore.getState().config
  const read = server ? draftFrom(settings, server) : text.refused.noServer
  if (typeof read === 'string' || !server) {
    toast.error(text.refused.cannotRead, { description: String(read) })
    return
  }
  const { pictures, warnings } = await picturesOf(read, server, find)
  useImportStore.getState().propose({
    workflow: read.workflow,
    draft: { values: read.values, pictures, variations: 1 },
    source,
    warnings: [...read.warnings, ...warnings, ...more],
  })
}

/** The settings of a job that is known, with its pictures as long as they are stored. */
export async function proposeOf(job: Job): Promise<void> {
  const source = shortened(job.params.prompt || text.sources.job)
  try {
    const [config, whole] = await Promise.all([fetchConfig(job.id), fetchJob(job.id)])
    // The request names pictures in the order in which the job has them.
    let next = 0
    const known: Find = async (value, name) => {
      const input = whole.inputs[next++]
      const id = imageId(value)
      return input && id ? { imageId: id, name, ...asSeen(input, input.orientation) } : findPicture(value, name)
    }
    await propose(config, source, known)
  } catch (error) {
    if (error instanceof ApiError && error.status === 410) await withoutPictures(job, source)
    else refuse(error)
  }
}

function refuse(error: unknown): void {
  toast.error(text.refused.cannotRead, { description: error instanceof Error ? error.message : String(error) })
}

/** A prompt as a name. */
function shortened(prompt: string): string {
  const characters = [...prompt]
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : prompt
}

async function withoutPictures(job: Job, source: string): Promise<void> {
  try {
    const { params, workflow, priority } = await fetchJob(job.id)
    const config: JobConfig = { ...params, workflow, priority }
    await propose(config, source, findPicture, [text.left.noPictures])
  } catch (error) {
    refuse(error)
  }
}

async function picturesOf(read: Reading, server: Config, find: Find) {
  const pictures: Record<string, DraftPicture[]> = {}
  const warnings: string[] = []
  const slots = server.workflows.find((one) => one.name === read.workflow)?.pictures ?? []
  for (const slot of slots) {
    const values = read.pictures[slot.name] ?? []
    const most = slot.max_items ?? 1
    if (values.length > most) warnings.push(text.left.tooMany(slot.label, most))
    const found: DraftPicture[] = []
    for (const [index, value] of values.slice(0, most).entries()) {
      const name = most > 1 ? text.pictureNumber(index + 1) : slot.label
      try {
        found.push(await find(value, name))
      } catch (error) {
        const why = imageId(value) ? text.left.gone : text.left.unreadable
        warnings.push(error instanceof ApiError ? text.left.refusedPicture(name, error.message) : why(name))
      }
    }
    if (found.length > 0) pictures[slot.name] = found
  }
  return { pictures, warnings }
}

/** By its id if the server still has it, else from the request itself. */
async function findPicture(value: unknown, name: string): Promise<DraftPicture> {
  const id = imageId(value)
  if (id) {
    const stored = await measure(imageAddress(id))
    return { imageId: id, name, ...asSeen(stored, orientationIn(id)) }
  }
  if (typeof value !== 'string') throw new Error('neither an id nor a picture')
  const image = await uploadImage(decode(value), () => {})
  return { imageId: image.id, name, ...asSeen(image, image.orientation) }
}

function imageId(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'image_id' in value && typeof value.image_id === 'string'
    ? value.image_id
    : null
}

/** Base64 text, bare or as a data URL. */
function decode(text: string): Blob {
  const [, type, data] = /^data:([^;,]*);base64,(.*)$/s.exec(text) ?? [null, '', text]
  const bytes = Uint8Array.from(atob(data ?? ''), (char) => char.charCodeAt(0))
  return new Blob([bytes], { type: type || 'application/octet-stream' })
}

/** Its pixels as they are stored; fails when it is not there. */
async function measure(url: string): Promise<{ width: number; height: number }> {
  const image = new Image()
  image.src = url
  await image.decode()
  return { width: image.naturalWidth, height: image.naturalHeight }
}
