import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { delay, HttpResponse, http } from 'msw'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { toast } from '@/components/ui/toast'
import { draftOf, useDraftStore } from '@/stores/draftStore'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { aDraft, aPicture, firstVisit, readSubmit, sent, server, visit } from './testWorld'

vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))

beforeAll(() => server.listen({ onUnhandledRequest: 'bypass' }))
beforeEach(() => firstVisit())
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const draft = (workflow: 'i2v' | 'qwen' | 'upscale') => draftOf(useDraftStore.getState(), workflow)
const prompt = () => screen.getByRole('textbox', { name: 'Prompt' })
const generate = () => screen.getByRole('button', { name: /^(Generate|Sending)/ })
const problem = (status: number, code: string, detail: string, errors: object[] = []) =>
  HttpResponse.json({ status, code, detail, errors }, { status, headers: { 'Retry-After': '5' } })

describe('sending', () => {
  test('a complete form becomes one job, which comes onto the stage and is remembered', async () => {
    aDraft('i2v')
    await visit('i2v')
    await userEvent.click(generate())
    await waitFor(() => expect(sent).toHaveLength(1))
    await waitFor(() => expect(useUiStore.getState().focused).not.toBeNull())
    expect(useJobStore.getState().byId).toHaveProperty(useUiStore.getState().focused as string)
    expect(draft('i2v').values.prompt).toBe('the cat turns its head')
    expect(useDraftStore.getState().history.i2v).toEqual(['the cat turns its head'])
  })

  test('Ctrl+Enter sends once, however long it is held and wherever the focus is', async () => {
    server.use(
      http.post('*/api/workflows/i2v', async ({ request }) => {
        sent.push(await readSubmit(request, 'i2v'))
        await delay('infinite')
      }),
    )
    aDraft('i2v')
    await visit('i2v')
    fireEvent.keyDown(document.body, { key: 'Enter', ctrlKey: true })
    fireEvent.keyDown(document.body, { key: 'Enter', ctrlKey: true, repeat: true })
    fireEvent.keyDown(document.body, { key: 'Enter', metaKey: true })
    await waitFor(() => expect(sent).toHaveLength(1))
    expect(generate()).toHaveTextContent('Sending…')
  })

  test('a key that is held from elsewhere sends nothing', async () => {
    aDraft('i2v')
    await visit('i2v')
    fireEvent.keyDown(document.body, { key: 'Enter', ctrlKey: true, repeat: true })
    await userEvent.click(generate())
    await waitFor(() => expect(sent).toHaveLength(1))
  })

  test('variations become as many jobs with seeds of their own, each under its own key', async () => {
    aDraft('i2v')
    useDraftStore.getState().setValue('i2v', 'seed', 100)
    useDraftStore.getState().setVariations('i2v', 3)
    await visit('i2v')
    await userEvent.click(screen.getByRole('button', { name: /^Generate 3/ }))
    await waitFor(() => expect(sent).toHaveLength(3))
    expect(sent.map(({ body }) => body.seed)).toEqual([100, 101, 102])
    expect(new Set(sent.map(({ key }) => key)).size).toBe(3)
  })

  test('a number that is still being typed is taken along', async () => {
    aDraft('i2v')
    await visit('i2v')
    const frames = screen.getByRole('spinbutton', { name: /^Length/ })
    await userEvent.clear(frames)
    await userEvent.type(frames, '50')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    await waitFor(() => expect(sent).toHaveLength(1))
    expect(sent[0]?.body.num_frames).toBe(49)
  })
})

describe('mistakes', () => {
  test('without a picture the press is refused, said where the picture goes, and the focus is there', async () => {
    await visit('i2v')
    await userEvent.type(prompt(), 'a cat')
    await userEvent.click(generate())
    expect(screen.getAllByText('Add a picture first')).not.toHaveLength(0)
    expect(screen.getByRole('button', { name: 'Drop, paste or choose a picture' })).toHaveFocus()
    expect(sent).toHaveLength(0)
  })

  test('without a prompt the focus goes to the prompt, which says what is missing', async () => {
    aDraft('i2v')
    useDraftStore.getState().setValue('i2v', 'prompt', undefined)
    await visit('i2v')
    await userEvent.click(generate())
    expect(prompt()).toHaveFocus()
    expect(prompt()).toHaveAccessibleDescription('Write what should happen')
    await userEvent.type(prompt(), 'x')
    expect(prompt()).toHaveAccessibleDescription('')
  })

  test('500 characters are sent, 501 are shown as one too many and refused', async () => {
    aDraft('i2v', 'x'.repeat(501))
    await visit('i2v')
    expect(screen.getByTestId('counter')).toHaveTextContent('501 / 500')
    expect(prompt()).toHaveAccessibleDescription('1 character too many')
    await userEvent.click(generate())
    expect(sent).toHaveLength(0)
    expect(prompt()).toHaveFocus()
    fireEvent.change(prompt(), { target: { value: '🐈'.repeat(500) } })
    expect(screen.getByTestId('counter')).toHaveTextContent('500 / 500')
    await userEvent.click(generate())
    await waitFor(() => expect(sent).toHaveLength(1))
  })

  test('what the server refuses stands at the field that it points at, until that is changed', async () => {
    server.use(
      http.post('*/api/workflows/i2v', () =>
        problem(422, 'validation_failed', 'Not valid', [
          { pointer: '/num_frames', code: 'off_step', message: 'num_frames must be 4n + 1' },
          {
            pointer: '/input_image',
            code: 'unknown_image',
            message: 'input_image names a picture that is not uploaded',
          },
        ]),
      ),
    )
    aDraft('i2v')
    await visit('i2v')
    await userEvent.click(generate())
    expect(await screen.findByText('num_frames must be 4n + 1')).toBeVisible()
    expect(screen.getByText('The server no longer has this picture. Choose it again.')).toBeVisible()
    expect(screen.getByText('2 fields need a look')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'More length' }))
    expect(screen.queryByText('num_frames must be 4n + 1')).not.toBeInTheDocument()
  })
})

describe('when the server cannot take it', () => {
  test('a full queue is said with its figures and when to try again, and the draft stays', async () => {
    server.use(http.post('*/api/workflows/i2v', () => problem(429, 'queue_full', '200 jobs wait already')))
    useJobStore.setState({ queue: { depth: 200, limit: 200 } })
    aDraft('i2v')
    await visit('i2v')
    await userEvent.click(generate())
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The queue is full (200 of 200). Your draft is kept. Try again in 5 s.',
    )
    expect(draft('i2v').values.prompt).toBe('the cat turns its head')
  })

  test('a network failure keeps the draft, and the next press sends the same key', async () => {
    const keys: (string | null)[] = []
    server.use(
      http.post('*/api/workflows/i2v', ({ request }) => {
        keys.push(request.headers.get('Idempotency-Key'))
        return HttpResponse.error()
      }),
    )
    aDraft('i2v')
    await visit('i2v')
    await userEvent.click(generate())
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The server cannot be reached. Your draft is kept; press again.',
    )
    server.resetHandlers()
    await userEvent.click(generate())
    await waitFor(() => expect(sent).toHaveLength(1))
    expect(keys).toEqual([sent[0]?.key])
    expect(screen.queryByRole('alert')).not.toBeInTheDocument()
  })

  test('of several jobs only those that were not taken are sent again', async () => {
    let room = 1
    server.use(
      http.post('*/api/workflows/i2v', () => {
        room -= 1
        return room < 0 ? HttpResponse.error() : undefined
      }),
    )
    aDraft('i2v')
    useDraftStore.getState().setVariations('i2v', 2)
    await visit('i2v')
    await userEvent.click(generate())
    expect(await screen.findByRole('alert')).toHaveTextContent('1 of 2 were sent. Press again for the rest.')
    room = 9
    await userEvent.click(generate())
    await waitFor(() => expect(sent).toHaveLength(2))
  })

  test('a parent that was deleted meanwhile does not stand in the way', async () => {
    server.use(
      http.post('*/api/workflows/i2v', async ({ request }) => {
        const { body } = await readSubmit(request.clone(), 'i2v')
        if (!('parent_id' in body)) return undefined
        return problem(422, 'validation_failed', 'Not valid', [
          { pointer: '/parent_id', code: 'unknown_job', message: 'parent_id names a job that is not found' },
        ])
      }),
    )
    aDraft('i2v')
    useDraftStore.getState().setPictures('i2v', 'input_image', [aPicture({ from: 'gone' })])
    await visit('i2v')
    await userEvent.click(generate())
    await waitFor(() => expect(sent).toHaveLength(1))
    expect(sent[0]?.body).not.toHaveProperty('parent_id')
  })
})

describe('fields', () => {
  test('another preset brings its own defaults and leaves what was set by hand', async () => {
    aDraft('i2v')
    await visit('i2v')
    const steps = screen.getByRole('spinbutton', { name: /^Steps/, hidden: true })
    const cfg = screen.getByRole('spinbutton', { name: /^CFG scale/, hidden: true })
    expect([steps, cfg].map((field) => (field as HTMLInputElement).value)).toEqual(['8', '1'])
    fireEvent.change(steps, { target: { value: '12' } })
    fireEvent.blur(steps)
    await userEvent.click(screen.getByRole('radio', { name: /^Quality/ }))
    expect(steps).toHaveValue('12')
    expect(cfg).toHaveValue('3.5')
    fireEvent.click(screen.getByText('Use 40'))
    expect(steps).toHaveValue('40')
    expect(draft('i2v').values).not.toHaveProperty('num_inference_steps')
  })

  test('the negative prompt is off at a CFG scale of 1, and says why', async () => {
    aDraft('i2v')
    await visit('i2v')
    const negative = screen.getByRole('textbox', { name: 'Negative prompt', hidden: true })
    expect(negative).toBeDisabled()
    expect(negative).toHaveAccessibleDescription('Not used at a CFG scale of 1. Raise it to use this.')
    await userEvent.click(screen.getByRole('radio', { name: /^Quality/ }))
    expect(negative).toBeEnabled()
  })

  test('the size follows the picture, a button or exact sides, and 720p keeps the shape', async () => {
    aDraft('i2v')
    await visit('i2v')
    const sides = () =>
      [screen.getByRole('spinbutton', { name: 'Width' }), screen.getByRole('spinbutton', { name: 'Height' })].map(
        (side) => (side as HTMLInputElement).value,
      )
    expect(sides()).toEqual(['720', '544'])
    await userEvent.click(screen.getByRole('radio', { name: '720p' }))
    expect(sides()).toEqual(['1104', '816'])
    await userEvent.click(screen.getByRole('radio', { name: '480p' }))
    expect(draft('i2v').values).not.toHaveProperty('width')
    await userEvent.click(screen.getByRole('button', { name: 'Tall' }))
    expect(sides()).toEqual(['480', '832'])
    const width = screen.getByRole('spinbutton', { name: 'Width' })
    await userEvent.clear(width)
    await userEvent.type(width, '500{Enter}')
    expect(sides()).toEqual(['496', '832'])
  })

  test('what of the picture is used is shown and said', async () => {
    aDraft('i2v')
    const { container } = await visit('i2v')
    await userEvent.click(screen.getByRole('button', { name: 'Square' }))
    expect(screen.getByText('Uses 480 × 480')).toBeVisible()
    expect(container.querySelector('[data-crop]')).toHaveStyle({ left: '12.5%', width: '75%', height: '100%' })
  })

  test('resetting empties the form, and can be undone', async () => {
    aDraft('i2v')
    await visit('i2v')
    await userEvent.click(screen.getByRole('button', { name: 'Reset the form' }))
    expect(prompt()).toHaveValue('')
    expect(draft('i2v').pictures).toEqual({})
    const undo = vi.mocked(toast.message).mock.calls.at(-1)?.[1]?.action
    act(() => undo?.onClick())
    expect(prompt()).toHaveValue('the cat turns its head')
    expect(draft('i2v').pictures.input_image).toHaveLength(1)
  })
})

describe('before it is sent', () => {
  test('what will be made and met stands under the button', async () => {
    aDraft('i2v')
    await visit('i2v')
    const group = screen.getByRole('group', { name: 'What will be made' })
    expect(group).toHaveTextContent('720 × 544 · 81 frames · 5.1 s')
    await waitFor(() => expect(group).toHaveTextContent('About 40 s once it starts · 2 ahead of you'))
  })

  test('what no GPU can run is said, with one click to what one can', async () => {
    server.use(
      http.get('*/api/workflows/i2v/outlook', () =>
        HttpResponse.json({
          workflow: 'i2v',
          class: 'i2v.720p.161.lightning',
          attempt_ms: null,
          wait_ms: null,
          waiting: 0,
          unservable: {
            agents: 1,
            message: 'no connected agent offers i2v.720p.161.lightning',
            missing: 'i2v.720p.161.lightning',
            closest: 'i2v.480p.81.lightning',
          },
        }),
      ),
    )
    aDraft('i2v')
    useDraftStore.getState().replace('i2v', {
      ...draft('i2v'),
      values: { prompt: 'p', width: 1280, height: 720, num_frames: 161 },
    })
    await visit('i2v')
    expect(await screen.findByText(/No connected GPU can run 720p, up to 161 frames, Lightning/)).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Use 832 × 464, 81 frames' }))
    expect(draft('i2v').values).toMatchObject({ width: 832, height: 464, num_frames: 81 })
    expect(generate()).not.toHaveAttribute('aria-disabled', 'true')
  })
})
