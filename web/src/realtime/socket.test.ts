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

test('what is watched before the greeting waits for it: a server hears a hello first', () => {
  link.watch(['a'])
  last().open()
  link.watch(['b'])
  expect(last().sent).toEqual([{ t: 'hello', v: 1, resume: 'e:7' }])
  last().say(welcome)
  expect(last().sent.slice(1)).toEqual([{ t: 'watch', ids: ['b'] }])
})

test('an end that is final stays final when the network or the reader comes back, and nothing is polled', () => {
  last().onclose?.({ code: 1006 })
  vi.advanceTimersByTime(500)
  last().open()
  last().onclose?.({ code: 4002 })
  dispatchEvent(new Event('online'))
  document.dispatchEvent(new Event('visibilitychange'))
  vi.advanceTimersByTime(60_000)
  expect([states.at(-1), Socket.all.length]).toEqual(['outdated', 2])
  expect(events.poll).not.toHaveBeenCalled()
})

test('a server that takes the connection and says nothing is given up after fifteen seconds', () => {
  last().open()
  vi.advanceTimersByTime(14_999)
  expect(states).toEqual(['connecting'])
  vi.advanceTimersByTime(1)
  expect(states.at(-1)).toBe('reconnecting')
})

test.each([
  ['the network is back', () => dispatchEvent(new Event('online'))],
  ['somebody looks again', () => document.dispatchEvent(new Event('visibilitychange'))],
])('when %s, a connection must answer within five seconds', (_when, happen) => {
  last().open()
  last().say(welcome)
  happen()
  expect(last().sent.at(-1)).toEqual({ t: 'ping' })
  vi.advanceTimersByTime(4000)
  last().say({ t: 'hb', position: 'e:8' })
  vi.advanceTimersByTime(5000)
  expect(states.at(-1)).toBe('live')
  happen()
  vi.advanceTimersByTime(5000)
  expect(states.at(-1)).toBe('reconnecting')
})

test('a hidden page whose timers stand still answers each heartbeat, once', () => {
  last().open()
  last().say(welcome)
  const pings = () => last().sent.filter((message) => JSON.stringify(message) === '{"t":"ping"}').length
  let now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  for (let beat = 1; beat <= 8; beat += 1) {
    now += 15_000
    last().say({ t: 'hb', position: 'e:8' })
    // The answer to the ping is a heartbeat, too: it must not be answered again.
    last().say({ t: 'hb', position: 'e:8' })
    expect(pings()).toBe(beat)
  }
})

test('a server that greets and hangs up is not asked twice a second for ever', () => {
  for (let round = 0; round < 6; round += 1) {
    last().open()
    last().say(welcome)
    last().onclose?.({ code: 1008 })
    vi.advanceTimersByTime(15_000)
  }
  last().open()
  last().say(welcome)
  last().onclose?.({ code: 1008 })
  const before = Socket.all.length
  vi.advanceTimersByTime(14_999)
  expect(Socket.all).toHaveLength(before)
})

test('a server that says to come back later is given time, and one that lasted is asked again at once', () => {
  last().open()
  last().say(welcome)
  last().onclose?.({ code: 1013 })
  vi.advanceTimersByTime(7999)
  expect(Socket.all).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(Socket.all).toHaveLength(2)
  last().open()
  last().say(welcome)
  vi.advanceTimersByTime(5000)
  last().onclose?.({ code: 1006 })
  vi.advanceTimersByTime(500)
  expect(Socket.all).toHaveLength(3)
})

test('a link that is stopped while it connects stays stopped', () => {
  link.stop()
  vi.advanceTimersByTime(60_000)
  dispatchEvent(new Event('online'))
  expect(Socket.all).toHaveLength(1)
  expect(last().readyState).toBe(3)
  expect(events.poll).not.toHaveBeenCalled()
})

test('a network that goes is told at once, not when the heartbeats have been missed', () => {
  last().open()
  last().say(welcome)
  dispatchEvent(new Event('offline'))
  expect(states.at(-1)).toBe('reconnecting')
  vi.advanceTimersByTime(500)
  last().open()
  last().say(welcome)
  expect(states.at(-1)).toBe('live')
})
