import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Link, type LinkEvents, type LinkState } from './socket'

/** What the browser offers; the server's side of it is played by the tests of `e2e` for real. */
class Socket {
  static all: Socket[] = []
  static OPEN = 1
  readyState = 0
  sent: unknown[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor(readonly url: string) {
    Socket.all.push(this)
  }

  send(text: string) {
    this.sent.push(JSON.parse(text))
  }

  close() {
    this.readyState = 3
  }

  open() {
    this.readyState = 1
    this.onopen?.()
  }

  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

const welcome = { t: 'welcome', v: 1, hb_ms: 15_000, session: 's' }
let states: LinkState[]
let events: LinkEvents
let link: Link

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(1)
  vi.stubGlobal('WebSocket', Socket)
  Socket.all = []
  states = []
  events = {
    onFrame: vi.fn(),
    onPreview: vi.fn(),
    onState: (state) => states.push(state),
    position: () => 'e:7',
    poll: vi.fn(),
  }
  link = new Link('ws://spool.test/api/ws', events)
  link.start()
})

afterEach(() => {
  link.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const last = () => {
  const socket = Socket.all.at(-1)
  if (!socket) throw new Error('no socket was opened')
  return socket
}

test('it says hello with the position from which it resumes, and is live when it is welcomed', () => {
  last().open()
  expect(last().sent).toEqual([{ t: 'hello', v: 1, resume: 'e:7' }])
  last().say(welcome)
  expect(states).toEqual(['connecting', 'live'])
})

test('what is watched is said again after a reconnect', () => {
  last().open()
  last().say(welcome)
  link.watch(['a'])
  last().onclose?.({ code: 1006 })
  vi.advanceTimersByTime(500)
  last().open()
  last().say(welcome)
  expect(Socket.all).toHaveLength(2)
  expect(last().sent).toContainEqual({ t: 'watch', ids: ['a'] })
})

test('a beat is answered by silence three times before the connection counts as gone', () => {
  last().open()
  last().say(welcome)
  vi.advanceTimersByTime(44_999)
  expect(states.at(-1)).toBe('live')
  expect(last().sent.filter((message) => JSON.stringify(message) === '{"t":"ping"}')).toHaveLength(2)
  vi.advanceTimersByTime(1)
  expect(states.at(-1)).toBe('reconnecting')
})

test('after some tries the server counts as unreachable, the page polls, and it goes on trying', () => {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    last().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(15_000)
  }
  expect(states.slice(1)).toEqual(['reconnecting', 'reconnecting', 'reconnecting', 'reconnecting', 'unreachable'])
  expect(Socket.all).toHaveLength(6)
  expect(events.poll).toHaveBeenCalled()
  last().open()
  last().say(welcome)
  const polls = vi.mocked(events.poll).mock.calls.length
  vi.advanceTimersByTime(20_000)
  expect(events.poll).toHaveBeenCalledTimes(polls)
})

test('a network that is back is tried at once', () => {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    last().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(15_000)
  }
  last().onclose?.({ code: 1006 })
  const before = Socket.all.length
  dispatchEvent(new Event('online'))
  expect(Socket.all).toHaveLength(before + 1)
  vi.advanceTimersByTime(15_000)
  expect(Socket.all).toHaveLength(before + 1)
})

test.each([
  [4001, 'signed-out'],
  [4002, 'outdated'],
] as const)('end %i is final: %s', (code, state) => {
  last().open()
  last().onclose?.({ code })
  vi.advanceTimersByTime(60_000)
  expect([states.at(-1), Socket.all.length]).toEqual([state, 1])
})

test('a server that restarts is asked again within half a second, however often it was tried before', () => {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    last().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(15_000)
  }
  last().onclose?.({ code: 4003 })
  const before = Socket.all.length
  vi.advanceTimersByTime(500)
  expect(Socket.all).toHaveLength(before + 1)
})
