import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { delay, HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { toast } from '@/components/ui/toast'
import { draftOf, useDraftStore } from '@/stores/draftStore'
import { useServerStore } from '@/stores/serverStore'
import { aDraft, aFile, aPicture, firstVisit, sent, server, visit } from './testWorld'

const importFile = vi.hoisted(() => vi.fn(async (_file: File) => true))
vi.mock('@/actions/importFile', () => ({ importFile }))
const readFile = vi.hoisted(() => vi.fn(async (): Promise<unknown> => null))
vi.mock('@/lib/metadata/read', () => ({ readFile }))
vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))

beforeAll(() => server.listen({ onUnhandledRequest: 'bypass' }))
beforeEach(() => {
  firstVisit()
  vi.mocked(toast.message).mockClear()
})
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const draft = (workflow: 'i2v' | 'qwen' | 'upscale') => draftOf(useDraftStore.getState(), workflow)
const prompt = () => screen.getByRole('textbox', { name: 'Prompt' })
const generate = () => screen.getByRole('button', { name: /^(Generate|Sending)/ })
const paste = (files: File[], types = ['Files']) =>
  fireEvent.paste(document.activeElement ?? document.body, { clipboardData: { files, types } })
const drop = (files: File[], target: Element | Window = window) =>
  fireEvent.drop(target, { dataTransfer: { types: ['Files'], files } })
const problem = (status: number, code: string, detail: string, errors: object[] = []) =>
  HttpResponse.json({ status, code, detail, errors }, { status, headers: { 'Retry-After': '5' } })

describe('pictures', () => {
  test('one that is pasted is sent at once and kept in the draft', async () => {
    await visit('i2v')
    paste([aFile('shot.png')])
    await waitFor(() => expect(draft('i2v').pictures.input_image).toHaveLength(1))
    expect(screen.getByRole('img', { name: 'shot.png' })).toBeInTheDocument()
    expect(screen.getByRole('group', { name: 'What will be made' })).toHaveTextContent('720 × 544')
  })

  test('text copied with a picture of it stays text where text goes', async () => {
    await visit('i2v')
    prompt().focus()
    paste([aFile()], ['Files', 'text/plain'])
    expect(draft('i2v').pictures.input_image).toBeUndefined()
  })

  test('one dropped on the place of the last frame goes there', async () => {
    await visit('i2v')
    fireEvent.dragEnter(window, { dataTransfer: { types: ['Files'] } })
    const zone = screen.getByText('Use as last frame')
    drop([aFile('end.png')], zone)
    await waitFor(() => expect(draft('i2v').pictures.end_image).toHaveLength(1))
    expect(draft('i2v').pictures.input_image).toBeUndefined()
    expect(screen.queryByText('Use as last frame')).not.toBeInTheDocument()
  })

  test('a file of another kind is refused with the kinds that can be read', async () => {
    await visit('i2v')
    drop([aFile('notes.txt', 'text/plain')])
    expect(screen.getByRole('alert')).toHaveTextContent(
      'notes.txt is not a picture that can be read. Use PNG, JPEG or WebP.',
    )
  })

  test('one that is too big is refused with its size and the limit', async () => {
    await visit('i2v')
    const big = aFile('big.png')
    Object.defineProperty(big, 'size', { value: 11 * 2 ** 20 })
    drop([big])
    expect(screen.getByRole('alert')).toHaveTextContent('big.png has 11 MiB. A picture may have 10 MiB.')
  })

  test('a fourth one for an edit is refused, the three stay', async () => {
    useDraftStore.getState().setPictures('qwen', 'edit_image', [aPicture(), aPicture(), aPicture()])
    await visit('qwen')
    drop([aFile()])
    expect(screen.getByRole('alert')).toHaveTextContent('3 pictures at most. Remove one first.')
    expect(draft('qwen').pictures.edit_image).toHaveLength(3)
  })

  test('several at once keep the order in which they were dropped, whichever arrives first', async () => {
    const answers: ((value: unknown) => void)[] = []
    server.use(
      http.post('*/api/images', async () => {
        await new Promise((resolve) => answers.push(resolve))
        return undefined
      }),
    )
    await visit('qwen')
    drop([aFile('a.png'), aFile('b.png')])
    await waitFor(() => expect(answers).toHaveLength(2))
    answers[1]?.(null)
    await act(() => Promise.resolve())
    answers[0]?.(null)
    await waitFor(() => expect(draft('qwen').pictures.edit_image?.map(({ name }) => name)).toEqual(['a.png', 'b.png']))
  })

  test('three are put into another order with the arrows, and the focus goes along', async () => {
    const names = ['one', 'two', 'three']
    useDraftStore.getState().setPictures(
      'qwen',
      'edit_image',
      names.map((name) => aPicture({ name })),
    )
    await visit('qwen')
    await userEvent.click(screen.getByRole('button', { name: 'Move picture 3 forward' }))
    expect(draft('qwen').pictures.edit_image?.map(({ name }) => name)).toEqual(['one', 'three', 'two'])
    expect(screen.getByText('Picture 3 is now picture 2')).toBeInTheDocument()
    const second = screen.getAllByRole('listitem')[1] as HTMLElement
    expect(within(second).getByRole('img', { name: 'Picture 2: three' })).toBeInTheDocument()
    expect(second).toContainElement(document.activeElement as HTMLElement)
  })

  test('three are put into another order by dragging', async () => {
    const names = ['one', 'two', 'three']
    useDraftStore.getState().setPictures(
      'qwen',
      'edit_image',
      names.map((name) => aPicture({ name })),
    )
    await visit('qwen')
    const [first, , last] = screen.getAllByRole('listitem')
    const data = new Map<string, string>()
    const dataTransfer = {
      get types() {
        return [...data.keys()]
      },
      setData: (type: string, value: string) => data.set(type, value),
      getData: (type: string) => data.get(type) ?? '',
    }
    fireEvent.dragStart(first as HTMLElement, { dataTransfer })
    fireEvent.dragOver(last as HTMLElement, { dataTransfer })
    fireEvent.drop(last as HTMLElement, { dataTransfer })
    expect(draft('qwen').pictures.edit_image?.map(({ name }) => name)).toEqual(['two', 'three', 'one'])
  })

  test('a failed upload says why and can be tried again', async () => {
    server.use(http.post('*/api/images', () => problem(503, 'unavailable', 'the server is starting'), { once: true }))
    await visit('i2v')
    drop([aFile()])
    expect(await screen.findByRole('alert')).toHaveTextContent('the server is starting')
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(draft('i2v').pictures.input_image).toHaveLength(1))
  })

  test('what the server will not have is named and leaves its place to what was there', async () => {
    server.use(http.post('*/api/images', () => problem(413, 'image_too_large', 'it has 9000 pixels a side')))
    aDraft('i2v')
    const before = draft('i2v').pictures.input_image
    await visit('i2v')
    drop([aFile('wall.png')])
    expect(await screen.findByRole('alert')).toHaveTextContent('wall.png: it has 9000 pixels a side')
    expect(screen.queryByRole('button', { name: 'Try again' })).not.toBeInTheDocument()
    expect(draft('i2v').pictures.input_image).toEqual(before)
    expect(toast.message).not.toHaveBeenCalled()
  })

  test('one that takes the place of another says so, and gives it back', async () => {
    aDraft('i2v')
    const before = draft('i2v').pictures.input_image
    await visit('i2v')
    drop([aFile('other.png')])
    await waitFor(() => expect(toast.message).toHaveBeenCalledOnce())
    expect(draft('i2v').pictures.input_image?.map(({ name }) => name)).toEqual(['other.png'])
    const [said, options] = vi.mocked(toast.message).mock.calls[0] ?? []
    expect(said).toBe('The picture was replaced')
    options?.action?.onClick()
    expect(draft('i2v').pictures.input_image).toEqual(before)
  })

  test('one that the server cannot read is named, and those beside it are taken', async () => {
    let first = true
    server.use(
      http.post('*/api/images', () => {
        if (!first) return undefined
        first = false
        return problem(422, 'image_unreadable', 'image is not a picture')
      }),
    )
    await visit('qwen')
    drop([aFile('torn.png'), aFile('whole.png')])
    expect(await screen.findByText('torn.png is not a picture that can be read. Use PNG, JPEG or WebP.')).toBeVisible()
    await waitFor(() => expect(draft('qwen').pictures.edit_image?.map(({ name }) => name)).toEqual(['whole.png']))
  })

  test('no job is made without a picture that could not be sent', async () => {
    server.use(http.post('*/api/images', () => problem(503, 'unavailable', 'the server is starting')))
    aDraft('qwen')
    await visit('qwen')
    drop([aFile('second.png')])
    await screen.findByText('the server is starting')
    await userEvent.click(generate())
    expect(screen.getByText('second.png could not be sent. Try again or remove it first.')).toBeVisible()
    expect(sent).toHaveLength(0)
    await userEvent.click(screen.getByRole('button', { name: 'Remove second.png' }))
    expect(screen.queryByText(/could not be sent/)).not.toBeInTheDocument()
    await userEvent.click(generate())
    await waitFor(() => expect(sent).toHaveLength(1))
  })

  test('a press while one is on its way waits for it', async () => {
    server.use(http.post('*/api/images', () => delay('infinite')))
    await visit('i2v')
    await userEvent.type(prompt(), 'p')
    drop([aFile()])
    await userEvent.click(generate())
    expect(screen.getByRole('alert')).toHaveTextContent('A picture is still being sent.')
    expect(sent).toHaveLength(0)
  })

  test('one that the server no longer has says so in its place', async () => {
    server.use(http.get('*/api/images/:id', () => problem(404, 'not_found', 'there is no such picture')))
    aDraft('i2v')
    await visit('i2v')
    fireEvent.error(screen.getByRole('img', { name: draft('i2v').pictures.input_image?.[0]?.name ?? '' }))
    expect(await screen.findByText('The server no longer has this picture. Choose it again.')).toBeVisible()
  })

  test('one that could not be loaded for another reason is not given up', async () => {
    const asked = vi.fn()
    server.use(
      http.get('*/api/images/:id', () => {
        asked()
        return problem(503, 'unavailable', 'busy')
      }),
    )
    aDraft('i2v')
    await visit('i2v')
    fireEvent.error(screen.getByRole('img', { name: draft('i2v').pictures.input_image?.[0]?.name ?? '' }))
    await waitFor(() => expect(asked).toHaveBeenCalled())
    expect(screen.queryByText(/no longer has/)).not.toBeInTheDocument()
  })

  test('a result that is no picture is read for its settings', async () => {
    await visit('i2v')
    const clip = aFile('clip.mp4', 'video/mp4')
    drop([clip])
    expect(importFile).toHaveBeenCalledWith(clip)
    expect(draft('i2v').pictures.input_image).toBeUndefined()
  })

  test('a picture that Spool made is used as one, and its settings are offered', async () => {
    readFile.mockResolvedValueOnce({ kind: 'result', settings: {} })
    await visit('i2v')
    const made = aFile('made.png')
    drop([made])
    await waitFor(() => expect(toast.message).toHaveBeenCalledOnce())
    await waitFor(() => expect(draft('i2v').pictures.input_image).toHaveLength(1))
    const [said, options] = vi.mocked(toast.message).mock.calls[0] ?? []
    expect(said).toBe('This picture holds the settings it was made with')
    options?.action?.onClick()
    expect(importFile).toHaveBeenLastCalledWith(made)
  })

  test('one pasted before the settings are known is taken once they are', async () => {
    const { config } = useServerStore.getState()
    useServerStore.setState({ config: null })
    await visit('i2v')
    expect(screen.getByRole('status', { name: 'Loading the settings' })).toBeInTheDocument()
    paste([aFile('early.png')])
    act(() => useServerStore.setState({ config }))
    await waitFor(() => expect(draft('i2v').pictures.input_image).toHaveLength(1))
  })
})
