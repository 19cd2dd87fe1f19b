import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '@/api/client'
import type { JobConfig } from '@/api/jobs'
import { type UploadedImage, uploadImage } from '@/api/uploads'
import { toast } from '@/components/ui/toast'
import { useImportStore } from '@/stores/importStore'
import { useServerStore } from '@/stores/serverStore'
import { aConfig, aFinishedJob } from '@/test/fixtures'
import { network } from '@/test/server'
import { importFile } from './importFile'
import { proposeConfig, proposeSettingsOf } from './settings'

vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))
vi.mock('@/api/uploads', async (original) => ({ ...(await original<object>()), uploadImage: vi.fn() }))

// jsdom loads no pictures.
const decode = vi.fn<() => Promise<void>>()
HTMLImageElement.prototype.decode = decode

const server = network()
beforeEach(() => {
  useServerStore.setState({ config: aConfig })
  useImportStore.setState({ proposal: null })
  vi.clearAllMocks()
})

const proposal = () => useImportStore.getState().proposal
const input = (index: number, change = {}) => ({
  index,
  content_type: 'image/jpeg',
  bytes: 1,
  width: 640,
  height: 480,
  orientation: 1,
  url: `/inputs/${index}`,
  ...change,
})
const exported: JobConfig = {
  workflow: 'i2v',
  priority: 'normal',
  prompt: 'the cat',
  seed: 7,
  num_frames: 33,
  input_image: { image_id: 'a.1' },
  end_image: { image_id: 'b.6' },
}

function serves(job: ReturnType<typeof aFinishedJob>, config: JobConfig) {
  server.use(
    http.get(`*/api/jobs/${job.id}/config`, () => HttpResponse.json(config)),
    http.get(`*/api/jobs/${job.id}`, () => HttpResponse.json(job)),
  )
}

test('the settings of a job are offered with its pictures, upright, and nothing is changed yet', async () => {
  const job = aFinishedJob({ params: { prompt: 'the cat' }, inputs: [input(0), input(1, { orientation: 6 })] })
  serves(job, exported)
  await proposeSettingsOf(job)
  expect(proposal()).toEqual({
    workflow: 'i2v',
    source: 'the cat',
    warnings: [],
    draft: {
      values: { prompt: 'the cat', seed: 7, num_frames: 33 },
      pictures: {
        input_image: [{ imageId: 'a.1', name: 'Picture', width: 640, height: 480 }],
        end_image: [{ imageId: 'b.6', name: 'End picture', width: 480, height: 640 }],
      },
      variations: 1,
    },
  })
})

test('a job whose pictures are no longer stored offers its settings alone and says so', async () => {
  const job = aFinishedJob({ params: { prompt: 'the cat', seed: 7, end_image: false } })
  serves(job, exported)
  server.use(
    http.get(`*/api/jobs/${job.id}/config`, () => HttpResponse.json({ code: 'gone', detail: 'x' }, { status: 410 })),
  )
  await proposeSettingsOf(job)
  expect(proposal()).toMatchObject({
    draft: { values: { prompt: 'the cat', seed: 7 }, pictures: {} },
    warnings: [expect.stringContaining('Choose them again')],
  })
})

test('a job that cannot be asked offers nothing and says why', async () => {
  const job = aFinishedJob()
  server.use(
    http.get('*/api/jobs/*', () => HttpResponse.json({ code: 'not_found', detail: 'no such job' }, { status: 404 })),
  )
  await proposeSettingsOf(job)
  expect(proposal()).toBeNull()
  expect(toast.error).toHaveBeenCalledWith(expect.any(String), { description: 'no such job' })
})

test('a workflow that this server has not is refused with a sentence', async () => {
  await proposeConfig({ workflow: 'audio' as 'i2v', prompt: 'x' }, 'x.json')
  expect(proposal()).toBeNull()
  expect(toast.error).toHaveBeenCalledWith(expect.any(String), { description: expect.stringContaining('“audio”') })
})

test('a picture that stands in the file itself is uploaded', async () => {
  let sent: Blob | null = null
  vi.mocked(uploadImage).mockImplementation(async (file) => {
    sent = file
    return { id: 'c.1', width: 8, height: 6, orientation: 1 } as UploadedImage
  })
  await proposeConfig({ workflow: 'upscale', input_image: `data:image/png;base64,${btoa('hello')}` }, 'x.json')
  expect(sent).toMatchObject({ size: 5, type: 'image/png' })
  expect(proposal()?.draft.pictures).toEqual({
    input_image: [{ imageId: 'c.1', name: 'Picture', width: 8, height: 6 }],
  })
})

test('a picture that the server refuses is left out with the server’s sentence', async () => {
  vi.mocked(uploadImage).mockRejectedValue(new ApiError(422, 'x', 'not a picture'))
  await proposeConfig({ workflow: 'upscale', scale: 4, input_image: btoa('hello') }, 'x.json')
  expect(proposal()).toMatchObject({
    draft: { values: { scale: 4 }, pictures: {} },
    warnings: [expect.stringContaining('not a picture')],
  })
})

test('a picture that is gone from the server, or broken in the file, is left out and asked for again', async () => {
  decode.mockRejectedValue(new Error('gone'))
  await proposeConfig({ workflow: 'qwen', prompt: 'x', edit_image: [{ image_id: 'd.1' }, '%%%'] }, 'x.json')
  expect(proposal()?.warnings).toEqual([
    expect.stringMatching(/Picture 1: .*no longer/),
    expect.stringMatching(/Picture 2: .*cannot be read/),
  ])
})

test('more pictures than the workflow takes are left out and counted', async () => {
  decode.mockResolvedValue(undefined)
  const edit_image = ['a.1', 'b.1', 'c.1', 'd.1'].map((image_id) => ({ image_id }))
  await proposeConfig({ workflow: 'qwen', prompt: 'x', edit_image }, 'x.json')
  expect(proposal()?.draft.pictures.edit_image?.map((one) => one.imageId)).toEqual(['a.1', 'b.1', 'c.1'])
  expect(proposal()?.warnings).toEqual([expect.stringContaining('3 pictures')])
})

test('an exported config that is dropped is offered under its file’s name', async () => {
  const { input_image: _a, end_image: _b, ...settings } = exported
  const file = new File([JSON.stringify(settings)], 'cat.json', { type: 'application/json' })
  expect(await importFile(file)).toBe(true)
  expect(proposal()).toMatchObject({ source: 'cat.json', warnings: [], draft: { values: { seed: 7 } } })
})

test('a file without settings changes nothing', async () => {
  expect(await importFile(new File(['hello'], 'notes.txt'))).toBe(false)
  expect(proposal()).toBeNull()
})
