import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'
import { toast } from '@/components/ui/toast'
import { type Draft, useDraftStore } from '@/stores/draftStore'
import { useImportStore } from '@/stores/importStore'
import { useServerStore } from '@/stores/serverStore'
import { aConfig } from '@/test/fixtures'
import { show } from '@/test/show'
import { ImportDialog } from './ImportDialog'

vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))

const cat = { imageId: 'a.1', name: 'cat.png', width: 640, height: 480 }
const cup = { imageId: 'b.1', name: 'cup.png', width: 600, height: 400 }
const mine: Draft = { values: { prompt: 'mine', seed: 1 }, pictures: { input_image: [cat] }, variations: 1 }
const theirs: Draft = { values: { prompt: 'theirs', num_frames: 33 }, pictures: { input_image: [cup] }, variations: 1 }

beforeEach(() => {
  vi.clearAllMocks()
  history.replaceState(null, '', '/gallery')
  useServerStore.setState({ config: aConfig })
  useDraftStore.setState({ drafts: { i2v: mine } })
  useImportStore.setState({ proposal: null })
})

async function offer(draft: Draft, warnings: string[] = []) {
  useImportStore.getState().propose({ workflow: 'i2v', draft, source: 'cat.json', warnings })
  show(<ImportDialog />)
  return screen.findByRole('dialog')
}

const draft = () => useDraftStore.getState().drafts.i2v
const rows = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => [
      within(row).getByRole('rowheader').textContent,
      ...within(row)
        .getAllByRole('cell')
        .map((cell) => within(cell).queryByRole('img')?.getAttribute('alt') ?? cell.textContent),
    ])

test('only what would change is shown, with what holds now', async () => {
  await offer(theirs)
  expect(rows()).toEqual([
    ['Picture', 'cat.png, 640 × 480', 'cup.png, 600 × 400'],
    ['Prompt', 'mine', 'theirs'],
    ['Frames', '81', '33'],
    ['Seed', '1', 'random'],
  ])
  expect(draft()).toEqual(mine)
})

test('Use them takes over the form and opens its page, and Undo gives the old one back', async () => {
  await offer(theirs)
  await userEvent.click(screen.getByRole('button', { name: 'Use them' }))
  expect(draft()).toEqual(theirs)
  expect(location.pathname).toBe('/')
  expect(screen.queryByRole('dialog')).toBeNull()
  const [, options] = vi.mocked(toast.success).mock.calls[0] ?? []
  options?.action?.onClick()
  expect(draft()).toEqual(mine)
})

test('Cancel changes nothing', async () => {
  await offer(theirs)
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(draft()).toEqual(mine)
  expect(location.pathname).toBe('/gallery')
})

test('Pictures only leaves the settings, Settings only the pictures', async () => {
  await offer(theirs)
  await userEvent.click(screen.getByRole('radio', { name: 'Pictures only' }))
  expect(rows()).toHaveLength(1)
  await userEvent.click(screen.getByRole('radio', { name: 'Settings only' }))
  expect(rows()).toHaveLength(3)
  await userEvent.click(screen.getByRole('button', { name: 'Use them' }))
  expect(draft()).toEqual({ ...theirs, pictures: mine.pictures })
})

test('settings without pictures never take away the pictures that are there', async () => {
  await offer({ ...theirs, pictures: {} })
  expect(screen.queryByRole('radio')).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Use them' }))
  expect(draft()?.pictures).toEqual(mine.pictures)
})

test('an empty form shows what comes, too', async () => {
  useDraftStore.setState({ drafts: {} })
  await offer(theirs)
  expect(rows()[1]).toEqual(['Prompt', 'empty', 'theirs'])
  await userEvent.click(screen.getByRole('button', { name: 'Use them' }))
  vi.mocked(toast.success).mock.calls[0]?.[1]?.action?.onClick()
  expect(draft()).toEqual({ values: {}, pictures: {}, variations: 1 })
})

test('when nothing would change there is nothing to use', async () => {
  const dialog = await offer(mine)
  expect(dialog).toHaveTextContent('Nothing would change')
  expect(screen.queryByRole('button', { name: 'Use them' })).toBeNull()
})

test('what could not be taken is said before', async () => {
  const dialog = await offer(theirs, ['This server does not know “sampler”: left out.'])
  expect(dialog).toHaveTextContent('This server does not know “sampler”')
})
