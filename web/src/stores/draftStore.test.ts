import { beforeEach, describe, expect, test, vi } from 'vitest'

const KEY = 'spool.drafts'
const PICTURE = { imageId: `${'ab'.repeat(32)}.1`, name: 'cat.png', width: 640, height: 480 }
const DRAFT = {
  values: { prompt: 'the cat turns', num_frames: 81 },
  pictures: { input_image: [PICTURE] },
  variations: 2,
}
const empty = { values: {}, pictures: {}, variations: 1 }

/** The store as a page that is opened now has it. */
async function opened() {
  vi.resetModules()
  const { useDraftStore, draftOf } = await import('./draftStore')
  const { useKeptStore } = await import('./kept')
  return {
    store: useDraftStore,
    of: (workflow: 'i2v' | 'qwen') => draftOf(useDraftStore.getState(), workflow),
    useKeptStore,
  }
}

const keep = (state: unknown, version = 1) => localStorage.setItem(KEY, JSON.stringify({ state, version }))
const kept = () => JSON.parse(localStorage.getItem(KEY) ?? 'null')

/** Another tab writes it, which a browser tells this one. */
function elsewhere(state: unknown, version = 1) {
  keep(state, version)
  dispatchEvent(new StorageEvent('storage', { key: KEY, newValue: localStorage.getItem(KEY) }))
}

beforeEach(() => localStorage.clear())

test('a draft and the prompts that were sent are there again after a reload, one for each workflow', async () => {
  const before = await opened()
  before.store.getState().replace('i2v', DRAFT)
  before.store.getState().setValue('qwen', 'prompt', 'make it warm')
  before.store.getState().remember('i2v', 'the cat turns')
  const after = await opened()
  expect(after.of('i2v')).toEqual(DRAFT)
  expect(after.of('qwen').values).toEqual({ prompt: 'make it warm' })
  expect(after.store.getState().history).toEqual({ i2v: ['the cat turns'] })
})

test.each([0, 2, 7])('what version %i of the studio kept is read as far as it is understood', async (version) => {
  keep({ drafts: { i2v: { ...DRAFT, folder: 'later' } }, history: { i2v: ['a'] }, more: true }, version)
  const { of, store } = await opened()
  expect(of('i2v')).toEqual(DRAFT)
  expect(store.getState().history).toEqual({ i2v: ['a'] })
})

describe('what is broken is left out, and the rest stays:', () => {
  test.each<[string, unknown, unknown]>([
    ['no object', 'x', empty],
    ['drafts that are none', { drafts: null, history: null }, empty],
    ['a draft that is none', { drafts: { i2v: 7 } }, empty],
    ['values', { drafts: { i2v: { ...DRAFT, values: null } } }, { ...DRAFT, values: {} }],
    ['pictures', { drafts: { i2v: { ...DRAFT, pictures: { input_image: [{}] } } } }, { ...DRAFT, pictures: {} }],
    ['variations', { drafts: { i2v: { ...DRAFT, variations: 'two' } } }, { ...DRAFT, variations: 1 }],
    ['history', { drafts: { i2v: DRAFT }, history: { i2v: 'x' } }, DRAFT],
  ])('%s', async (_what, state, draft) => {
    keep(state)
    const { of, store } = await opened()
    expect(of('i2v')).toEqual(draft)
    expect(store.getState().history).toEqual({})
  })

  test('no JSON', async () => {
    localStorage.setItem(KEY, '{"state":{"dra')
    const { of, store } = await opened()
    expect(of('i2v')).toEqual(empty)
    store.getState().setValue('i2v', 'prompt', 'x')
    expect(kept().state.drafts.i2v.values).toEqual({ prompt: 'x' })
  })
})

test('two tabs with different forms keep both', async () => {
  const { store } = await opened()
  elsewhere({ drafts: { i2v: DRAFT }, history: { i2v: ['a'] } })
  store.getState().setValue('qwen', 'prompt', 'make it warm')
  expect(kept().state.drafts).toMatchObject({ i2v: DRAFT, qwen: { values: { prompt: 'make it warm' } } })
  expect(kept().state.history).toEqual({ i2v: ['a'] })
})

test('a form that is being filled is not taken away by another tab, nor brought back where it was emptied', async () => {
  const { store, of } = await opened()
  store.getState().setValue('i2v', 'prompt', 'mine')
  elsewhere({ drafts: { i2v: DRAFT, qwen: DRAFT }, history: {} })
  expect(of('i2v').values).toEqual({ prompt: 'mine' })
  expect(of('qwen')).toEqual(DRAFT)
  elsewhere({ drafts: {}, history: {} })
  expect(of('qwen')).toEqual(empty)
})

test('a tab with another version of the studio is not answered: the two would write for ever', async () => {
  const { of } = await opened()
  elsewhere({ drafts: { i2v: DRAFT }, history: {} }, 2)
  expect(of('i2v')).toEqual(empty)
  expect(kept().version).toBe(2)
})

test('a browser whose storage is full loses nothing while the page is open, and says so', async () => {
  const { store, of, useKeptStore } = await opened()
  const full = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  expect(() => store.getState().setValue('i2v', 'prompt', 'x')).not.toThrow()
  expect(of('i2v').values).toEqual({ prompt: 'x' })
  expect(useKeptStore.getState().refused).toBe(true)
  full.mockRestore()
  store.getState().setValue('i2v', 'prompt', 'y')
  expect(useKeptStore.getState().refused).toBe(false)
  expect(kept().state.drafts.i2v.values).toEqual({ prompt: 'y' })
})

test('a hundred prompts are kept, the newest first, each once', async () => {
  const { store } = await opened()
  for (let number = 0; number < 120; number += 1) store.getState().remember('i2v', `prompt ${number}`)
  store.getState().remember('i2v', 'prompt 50')
  const history = store.getState().history.i2v ?? []
  expect([history.length, history[0], history[1], history.at(-1)]).toEqual([
    100,
    'prompt 50',
    'prompt 119',
    'prompt 20',
  ])
})
