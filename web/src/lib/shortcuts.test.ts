import { describe, expect, it } from 'vitest'
import { hasCommandKey, isTyping, type Press, Shortcuts, strokeOf } from './shortcuts'

function press(key: string, change: Partial<Press> = {}): Press {
  const none = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false }
  return { key, code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '', ...none, ...change }
}

const BINDINGS = [
  { id: 'menu', keys: 'mod+k' },
  { id: 'video', keys: 'g v' },
  { id: 'gallery', keys: 'g g' },
  { id: 'cancel', keys: 'shift+x' },
  { id: 'help', keys: '?' },
] as const

const FREE = { typing: false, letters: true }

function typed(presses: Press[], where = FREE, pause = 100): (string | null)[] {
  const shortcuts = new Shortcuts(BINDINGS)
  return presses.map((one, index) => shortcuts.press(one, where, index * pause))
}

describe('shortcuts', () => {
  it('finds one key, with its modifiers', () => {
    expect(typed([press('X', { shiftKey: true })])).toEqual(['cancel'])
    expect(typed([press('x')])).toEqual([null])
    expect(typed([press('k', { ctrlKey: true })])).toEqual(['menu'])
    expect(typed([press('k', { metaKey: true })])).toEqual(['menu'])
    expect(typed([press('k', { ctrlKey: true, altKey: true })])).toEqual([null])
  })

  it('takes a sign that needs Shift by the sign', () => {
    expect(typed([press('?', { shiftKey: true })])).toEqual(['help'])
    expect(typed([press('?')])).toEqual(['help'])
  })

  it('finds a sequence, also of the same key twice', () => {
    expect(typed([press('g'), press('v')])).toEqual([null, 'video'])
    expect(typed([press('g'), press('g')])).toEqual([null, 'gallery'])
  })

  it('forgets a sequence that was not gone on with in time, or that took another turn', () => {
    expect(typed([press('g'), press('v')], FREE, 2000)).toEqual([null, null])
    expect(typed([press('g'), press('z'), press('v')])).toEqual([null, null, null])
  })

  it('lets a modifier that is held between two keys pass', () => {
    expect(typed([press('g'), press('Shift', { shiftKey: true }), press('v')])).toEqual([null, null, 'video'])
  })

  it('leaves letters alone in text, and when they are turned off, but not the chords', () => {
    const chord = press('k', { ctrlKey: true })
    for (const where of [
      { typing: true, letters: true },
      { typing: false, letters: false },
    ]) {
      expect(typed([press('g'), press('v'), press('?'), chord], where)).toEqual([null, null, null, 'menu'])
    }
  })

  it('ignores a key that is held down and one of an input method', () => {
    expect(typed([press('k', { ctrlKey: true, repeat: true })])).toEqual([null])
    expect(typed([press('?', { isComposing: true })])).toEqual([null])
  })

  it('goes by the place of the key where the layout has no Latin letters', () => {
    expect(strokeOf(press('п', { code: 'KeyG' }))).toBe('g')
    expect(strokeOf(press('ч', { code: 'KeyX', shiftKey: true }))).toBe('shift+x')
  })
})

describe('where letters are text', () => {
  it.each([
    ['<input>', true],
    ['<input type="password">', true],
    ['<input type="range">', false],
    ['<input type="radio">', false],
    ['<textarea></textarea>', true],
    ['<select></select>', true],
    ['<div contenteditable="true"></div>', true],
    ['<div role="menu"></div>', true],
    ['<button></button>', false],
  ])('%s: %s', (html, typing) => {
    document.body.innerHTML = html
    expect(isTyping(document.body.firstElementChild)).toBe(typing)
  })
})

it('knows an Apple keyboard', () => {
  expect(hasCommandKey('MacIntel')).toBe(true)
  expect(hasCommandKey('Linux x86_64')).toBe(false)
})
