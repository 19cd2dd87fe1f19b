import type { Config, Job, JobOutput, Workflow } from '@/api/types'
import { uploadImage } from '@/api/uploads'
import { toast } from '@/components/ui/toast'
import { address } from '@/lib/base'
import { go, paths } from '@/lib/go'
import { lastFrame } from '@/lib/lastFrame'
import { lighter } from '@/lib/lighter'
import { asSeen } from '@/lib/orientation'
import { draftOf, useDraftStore } from '@/stores/draftStore'
import { useServerStore } from '@/stores/serverStore'
import { common } from '@/text/common'
import { next as text } from '@/text/config'
import { bytes } from '@/text/format'
import type { NextStep } from './settings'

/** Where each step takes its picture. */
const PLACES: Record<NextStep, { workflow: Workflow; field: string; path: string }> = {
  edit: { workflow: 'qwen', field: 'edit_image', path: paths.edit },
  start: { workflow: 'i2v', field: 'input_image', path: paths.video },
  'last-frame': { workflow: 'i2v', field: 'input_image', path: paths.video },
  upscale: { workflow: 'upscale', field: 'input_image', path: paths.upscale },
}

/** Why a result cannot be taken further, as a sentence. */
class Refusal extends Error {}

export async function takeFurther(job: Job, output: JobOutput, step: NextStep): Promise<void> {
  const { workflow, field, path } = PLACES[step]
  try {
    const picture = await pictureOf(output, step)
    const image = await uploadImage(picture, () => {})
    const before = draftOf(useDraftStore.getState(), workflow)
    const name = job.params.prompt || common.workflows[job.workflow]
    const taken = { imageId: image.id, name, from: job.id, ...asSeen(image, image.orientation) }
    useDraftStore.getState().setPictures(workflow, field, [taken])
    go(path)
    const replaced = (before.pictures[field]?.length ?? 0) > 0
    const undo = { label: common.undo, onClick: () => useDraftStore.getState().replace(workflow, before) }
    toast.success(text.taken[step], replaced ? { action: undo } : {})
  } catch (error) {
    toast.error(text.failed, { description: error instanceof Error ? error.message : String(error) })
  }
}

async function pictureOf(output: JobOutput, step: NextStep): Promise<Blob> {
  const { config } = useServerStore.getState()
  const most = config?.limits.picture.max_bytes ?? Number.POSITIVE_INFINITY
  // Bytes can be spared, pixels cannot.
  if (step !== 'last-frame') refuse(limitsProblem({ ...output, bytes: 0 }, config))
  const whole = step === 'last-frame' ? await frameOf(output) : await load(output)
  const picture = whole.size > most ? ((await lighter(whole, most).catch(() => null)) ?? whole) : whole
  refuse(limitsProblem({ ...output, bytes: picture.size, content_type: picture.type }, config))
  return picture
}

function refuse(problem: string | null): void {
  if (problem !== null) throw new Refusal(problem)
}

/** What the server would have against it, known before a byte is sent. */
function limitsProblem(
  picture: Pick<JobOutput, 'bytes' | 'width' | 'height' | 'content_type'>,
  config: Config | null,
): string | null {
  const limits = config?.limits.picture
  if (!limits) return null
  const { width, height } = picture
  if (!limits.content_types.includes(picture.content_type)) return text.kind
  if (picture.bytes > limits.max_bytes) return text.bytes(bytes(picture.bytes), bytes(limits.max_bytes))
  const pixels = width * height
  return Math.max(width, height) > limits.max_side || pixels > limits.max_pixels ? text.pixels(width, height) : null
}

async function load(output: JobOutput): Promise<Blob> {
  const response = await fetch(address(output.url))
  if (!response.ok) throw new Refusal(text.gone)
  return response.blob()
}

async function frameOf(output: JobOutput): Promise<Blob> {
  try {
    return await lastFrame(address(output.url), output.fps ?? 16)
  } catch {
    throw new Refusal(text.noFrame)
  }
}
