import { create as createStore } from 'zustand'
import { ApiError } from '@/api/client'
import type { Config, Field, Workflow } from '@/api/types'
import { type UploadedImage, uploadImage } from '@/api/uploads'
import { toast } from '@/components/ui/toast'
import { randomId } from '@/lib/id'
import { asSeen } from '@/lib/orientation'
import { type DraftPicture, draftOf, useDraftStore } from '@/stores/draftStore'
import { common } from '@/text/common'
import { create as words } from '@/text/create'
import { useFormStore } from './formStore'

/** A picture on its way to the server. */
export interface Upload {
  key: string
  workflow: Workflow
  field: string
  /** It takes the place of what is there, instead of standing beside it. */
  alone: boolean
  name: string
  file: Blob
  /** Of the file here, for looking at it meanwhile. */
  url: string
  /** Sent, 0–1. */
  fraction: number
  error: string | null
  /** There, but one before it is not yet: the order in which they were dropped holds. */
  picture: DraftPicture | null
}

type Limits = Config['limits']['picture']

interface IntakeStore {
  uploads: Upload[]
  /** Why something was not taken, by workflow and field. */
  refused: Record<string, string>
}

export const useIntake = createStore<IntakeStore>()(() => ({ uploads: [], refused: {} }))

/** Signed out, timed out, too many at once: the same file may pass the next time. */
const LATER: ReadonlySet<number> = new Set([401, 408, 429])

const running = new Map<string, AbortController>()
export const slotKey = (workflow: Workflow, field: string) => `${workflow}.${field}`

/** Those of one slot, in the order in which they came. */
export function uploadsOf(uploads: Upload[], workflow: Workflow, field: string): Upload[] {
  return uploads.filter((upload) => upload.workflow === workflow && upload.field === field)
}

/** Why a file is no picture for the server, as far as that can be told without looking into it. */
export function refusal(file: File, limits: Limits): string | null {
  if (file.type !== '' && !limits.content_types.includes(file.type)) return words.pictures.types(file.name)
  if (file.size === 0) return words.pictures.empty(file.name)
  if (file.size > limits.max_bytes) return words.pictures.tooBig(file.name, file.size, limits.max_bytes)
  return null
}

/** Puts files into a slot: checks them, and sends them at once. One picture takes the place of the one before. */
export function takeFiles(workflow: Workflow, field: Field, limits: Limits, files: File[]): void {
  const most = field.max_items ?? 1
  const taken = most > 1 ? count(workflow, field.name) : 0
  let room = most - taken
  let why: string | null = null
  for (const file of files) {
    const refused = refusal(file, limits)
    if (refused !== null) {
      why = refused
      continue
    }
    if (room === 0) {
      why = words.pictures.tooMany(most)
      break
    }
    room -= 1
    if (most === 1) for (const old of uploadsOf(useIntake.getState().uploads, workflow, field.name)) drop(old.key)
    begin(workflow, field.name, most === 1, file)
  }
  say(workflow, field.name, why)
}

/** Pictures of a slot, those on their way included. */
export function count(workflow: Workflow, field: string): number {
  const there = draftOf(useDraftStore.getState(), workflow).pictures[field]?.length ?? 0
  return there + uploadsOf(useIntake.getState().uploads, workflow, field).length
}

export function say(workflow: Workflow, field: string, why: string | null): void {
  useIntake.setState(({ refused }) => {
    const { [slotKey(workflow, field)]: _old, ...others } = refused
    return { refused: why === null ? others : { ...others, [slotKey(workflow, field)]: why } }
  })
}

function begin(workflow: Workflow, field: string, alone: boolean, file: File): void {
  const upload: Upload = {
    key: randomId(),
    workflow,
    field,
    alone,
    name: file.name || words.pictures.pasted,
    file,
    url: URL.createObjectURL(file),
    fraction: 0,
    error: null,
    picture: null,
  }
  useIntake.setState(({ uploads }) => ({ uploads: [...uploads, upload] }))
  send(upload)
}

function send({ key, file, name }: Upload): void {
  const giveUp = new AbortController()
  running.set(key, giveUp)
  uploadImage(file, (fraction) => change(key, { fraction }), giveUp.signal)
    .then(
      (image) => arrive(key, pictureOf(image, name)),
      (error: unknown) => {
        if (error instanceof ApiError) failed(key, error)
      },
    )
    .finally(() => running.delete(key))
}

/** What may pass later waits where it is, to be sent again; what the server will not have leaves its place. */
function failed(key: string, error: ApiError): void {
  const upload = useIntake.getState().uploads.find((one) => one.key === key)
  if (!upload) return
  const { workflow, field, name } = upload
  if (error.unreachable || error.status >= 500 || LATER.has(error.status)) {
    change(key, { error: error.message })
    return
  }
  drop(key)
  say(
    workflow,
    field,
    error.code === 'image_unreadable' ? words.pictures.types(name) : words.pictures.refused(name, error.message),
  )
  flush(workflow, field)
}

export function pictureOf(image: UploadedImage, name: string): DraftPicture {
  return { imageId: image.id, name, ...asSeen(image, image.orientation) }
}

/** Once more, after it failed. */
export function resend(key: string): void {
  const upload = useIntake.getState().uploads.find((one) => one.key === key)
  if (!upload) return
  change(key, { error: null, fraction: 0 })
  send(upload)
}

/** Takes it off the way. */
export function drop(key: string): void {
  running.get(key)?.abort()
  const upload = useIntake.getState().uploads.find((one) => one.key === key)
  // A press that it stood in the way of may be made now.
  if (upload) useFormStore.getState().touched(upload.workflow, upload.field)
  useIntake.setState(({ uploads }) => ({
    uploads: uploads.filter((upload) => {
      if (upload.key === key) URL.revokeObjectURL(upload.url)
      return upload.key !== key
    }),
  }))
}

function change(key: string, what: Partial<Upload>): void {
  useIntake.setState(({ uploads }) => ({
    uploads: uploads.map((upload) => (upload.key === key ? { ...upload, ...what } : upload)),
  }))
}

/** What has come goes into the draft, unless one before it is still on its way. */
function arrive(key: string, picture: DraftPicture): void {
  change(key, { picture })
  const upload = useIntake.getState().uploads.find((one) => one.key === key)
  if (!upload) return
  flush(upload.workflow, upload.field)
}

/** Takes over what is there, up to the first that is still on its way. */
function flush(workflow: Workflow, field: string): void {
  for (const next of uploadsOf(useIntake.getState().uploads, workflow, field)) {
    if (next.error !== null) continue
    if (next.picture === null) break
    settle(next, next.picture)
  }
}

function settle({ key, workflow, field, alone }: Upload, picture: DraftPicture): void {
  const { drafts, setPictures } = useDraftStore.getState()
  const there = draftOf({ drafts }, workflow).pictures[field] ?? []
  setPictures(workflow, field, alone ? [picture] : [...there, picture])
  drop(key)
  const [old] = there
  if (!alone || !old || old.imageId === picture.imageId) return
  const undo = () => useDraftStore.getState().setPictures(workflow, field, there)
  toast.message(words.pictures.replaced, { action: { label: common.undo, onClick: undo } })
}
