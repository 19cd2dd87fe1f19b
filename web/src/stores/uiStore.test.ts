import { beforeEach, expect, test, vi } from 'vitest'

const KEY = 'spool.ui'

async function opened() {
  vi.resetModules()
  return (await import('./uiStore')).useUiStore
}

const keep = (state: unknown) => localStorage.setItem(KEY, JSON.stringify({ state, version: 1 }))

beforeEach(() => localStorage.clear())

test('settings are kept, which job is on the stage is not', async () => {
  const before = await opened()
  before.getState().set({ theme: 'light', hue: 150, focused: 'a' })
  expect((await opened()).getState()).toMatchObject({ theme: 'light', hue: 150, focused: null })
})

test('a setting that is none falls back by itself', async () => {
  keep({ theme: 'sepia', hue: '1; color: red', previews: 'off', sound: 'yes' })
  const store = await opened()
  expect(store.getState()).toMatchObject({ theme: 'system', hue: 272, previews: 'off', sound: false, letters: true })
})

test('what is chosen in another tab holds here, and is not undone by the next click', async () => {
  const store = await opened()
  keep({ theme: 'light', hue: 272, sound: true, notifications: false, previews: 'all', letters: true })
  dispatchEvent(new StorageEvent('storage', { key: KEY, newValue: localStorage.getItem(KEY) }))
  store.getState().set({ focused: 'a' })
  expect(store.getState()).toMatchObject({ theme: 'light', sound: true, focused: 'a' })
  expect(JSON.parse(localStorage.getItem(KEY) ?? '').state).toMatchObject({ theme: 'light', sound: true })
})
