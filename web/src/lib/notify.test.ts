import { afterEach, expect, test, vi } from 'vitest'
import { askToNotify, canNotify, chime, notify, unlockSound } from './notify'

const made = vi.fn()
class FakeNotification {
  static permission = 'granted'
  static requestPermission = async () => 'granted'
  onclick: (() => void) | null = null
  constructor(title: string, options: unknown) {
    made(title, options)
  }
  close() {}
}

function world(secure: boolean, visible: boolean) {
  vi.stubGlobal('isSecureContext', secure)
  vi.stubGlobal('Notification', FakeNotification)
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visible ? 'visible' : 'hidden')
}

afterEach(() => {
  vi.unstubAllGlobals()
  made.mockClear()
  FakeNotification.permission = 'granted'
})

test('a hidden page notifies, under a tag', () => {
  world(true, false)
  notify('Done', 'the cat', 'id')
  expect(made).toHaveBeenCalledWith('Done', { body: 'the cat', tag: 'id' })
})

test('nothing is shown to who looks already, without leave, or on plain http', async () => {
  world(true, true)
  notify('Done', 'the cat', 'id')
  world(true, false)
  FakeNotification.permission = 'default'
  notify('Done', 'the cat', 'id')
  FakeNotification.permission = 'granted'
  world(false, false)
  notify('Done', 'the cat', 'id')
  expect(made).not.toHaveBeenCalled()
  expect(canNotify()).toBe(false)
  await expect(askToNotify()).resolves.toBe(false)
})

test('a browser that has notifications only for service workers breaks nothing', () => {
  world(true, false)
  made.mockImplementationOnce(() => {
    throw new TypeError('Illegal constructor')
  })
  expect(() => notify('Done', 'the cat', 'id')).not.toThrow()
})

function fakeAudio() {
  const tones: number[] = []
  const node = () => ({
    gain: { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} },
    connect: (next: unknown) => next,
  })
  class FakeAudioContext {
    currentTime = 0
    destination = {}
    resume = async () => {}
    createGain = node
    createOscillator() {
      const frequency = { value: 0 }
      return { ...node(), frequency, start: () => tones.push(frequency.value), stop() {} }
    }
  }
  vi.stubGlobal('AudioContext', FakeAudioContext)
  return tones
}

test('a chime is two notes once the page was touched, up for good news and down for bad, one for jobs that end together', () => {
  const tones = fakeAudio()
  chime('done', 0)
  expect(tones).toEqual([])
  const forget = unlockSound()
  window.dispatchEvent(new Event('pointerdown'))
  chime('done', 10_000)
  chime('done', 10_500)
  expect(tones).toHaveLength(2)
  expect(tones[1]).toBeGreaterThan(tones[0] ?? 0)
  chime('failed', 20_000)
  expect(tones).toHaveLength(4)
  expect(tones[3]).toBeLessThan(tones[2] ?? 0)
  forget()
})
