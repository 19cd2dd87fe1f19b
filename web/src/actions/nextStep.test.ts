import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'
import { type UploadedImage, uploadImage } from '@/api/uploads'
import { toast } from '@/components/ui/toast'
import { lastFrame } from '@/lib/lastFrame'
import { lighter } from '@/lib/lighter'
import { useDraftStore } from '@/stores/draftStore'
import { useServerStore } from '@/stores/serverStore'
import { aConfig, aFinishedJob, anOutput } from '@/test/fixtures'
import { network } from '@/test/server'
import { continueWith } from './settings'

vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))
vi.mock('@/api/uploads', () => ({ uploadImage: vi.fn() }))
vi.mock('@/lib/lastFrame', () => ({ lastFrame: vi.fn() }))
vi.mock('@/lib/lighter', () => ({ lighter: vi.fn() }))

const server = network()
beforeEach(() => {
  vi.clearAllMocks()
  history.replaceState(null, '', '/gallery')
  useServerStore.setState({ config: aConfig })
  useDraftStore.setState({ drafts: {} })
  const stored = { id: 'n.1', width: 64, height: 48, orientation: 1 } as UploadedImage
  vi.mocked(uploadImage).mockResolvedValue(stored)
})

const job = aFinishedJob({ id: 'j', params: { prompt: 'warm' } })
const png = anOutput({ content_type: 'image/png', bytes: 1000, width: 64, height: 48, url: '/api/jobs/j/outputs/0' })
const taken = { imageId: 'n.1', name: 'warm', from: 'j', width: 64, height: 48 }
const limitedTo = (bytes: number) => ({
  ...aConfig,
  limits: { ...aConfig.limits, picture: { ...aConfig.limits.picture, max_bytes: bytes } },
})
const serve = () =>
  server.use(
    http.get('*/api/jobs/j/outputs/0', () =>
      HttpResponse.arrayBuffer(new ArrayBuffer(1000), { headers: { 'Content-Type': 'image/png' } }),
    ),
  )

test.each([
  ['edit', 'qwen', 'edit_image', '/edit'],
  ['start', 'i2v', 'input_image', '/'],
  ['upscale', 'upscale', 'input_image', '/upscale'],
] as const)('%s puts the result into the form of %s and goes there', async (step, workflow, field, path) => {
  serve()
  await continueWith(job, png, step)
  expect(useDraftStore.getState().drafts[workflow]?.pictures[field]).toEqual([taken])
  expect(location.pathname).toBe(path)
})

test('the last frame of a video becomes the first of the next, and a picture that was there comes back with Undo', async () => {
  const old = { imageId: 'o.1', name: 'old', width: 1, height: 1 }
  useDraftStore.getState().setPictures('i2v', 'input_image', [old])
  vi.mocked(lastFrame).mockResolvedValue(new Blob(['x'], { type: 'image/png' }))
  await continueWith(job, anOutput(), 'last-frame')
  expect(lastFrame).toHaveBeenCalledWith('/api/jobs/x/outputs/0', 16)
  expect(useDraftStore.getState().drafts.i2v?.pictures.input_image).toEqual([taken])
  vi.mocked(toast.success).mock.calls[0]?.[1]?.action?.onClick()
  expect(useDraftStore.getState().drafts.i2v?.pictures.input_image).toEqual([old])
})

test.each([
  ['too many pixels', { width: 8192, height: 8192 }, /8192 × 8192/],
  ['a kind the server does not take', { content_type: 'video/mp4' }, /PNG, JPEG and WebP/],
])('%s is said before anything is sent', async (_what, change, sentence) => {
  await continueWith(job, { ...png, ...change }, 'edit')
  expect(toast.error).toHaveBeenCalledWith(expect.any(String), { description: expect.stringMatching(sentence) })
  expect(uploadImage).not.toHaveBeenCalled()
  expect(location.pathname).toBe('/gallery')
})

test('a result of more bytes than the server takes goes on as a lighter file of the same pixels', async () => {
  useServerStore.setState({ config: limitedTo(999) })
  serve()
  const small = new Blob(['x'], { type: 'image/webp' })
  vi.mocked(lighter).mockResolvedValue(small)
  await continueWith(job, png, 'edit')
  expect(lighter).toHaveBeenCalledWith(expect.objectContaining({ size: 1000 }), 999)
  expect(vi.mocked(uploadImage).mock.calls[0]?.[0]).toBe(small)
  expect(useDraftStore.getState().drafts.qwen?.pictures.edit_image).toEqual([taken])
})

test('one that cannot be made lighter is told before anything is sent', async () => {
  useServerStore.setState({ config: limitedTo(999) })
  serve()
  vi.mocked(lighter).mockResolvedValue(null)
  await continueWith(job, png, 'edit')
  expect(toast.error).toHaveBeenCalledWith(expect.any(String), { description: expect.stringMatching(/999\sB/) })
  expect(uploadImage).not.toHaveBeenCalled()
})

test('a file that is gone is said, and the form stays as it is', async () => {
  server.use(http.get('*/api/jobs/j/outputs/0', () => new HttpResponse(null, { status: 410 })))
  await continueWith(job, png, 'edit')
  expect(toast.error).toHaveBeenCalledWith(expect.any(String), { description: expect.stringContaining('gone') })
  expect(useDraftStore.getState().drafts.qwen).toBeUndefined()
})

test('a video that this browser cannot read is said', async () => {
  vi.mocked(lastFrame).mockRejectedValue(new Error('x'))
  await continueWith(job, anOutput(), 'last-frame')
  expect(toast.error).toHaveBeenCalledWith(expect.any(String), { description: expect.stringContaining('last frame') })
})
