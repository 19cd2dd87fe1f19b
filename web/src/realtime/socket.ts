import { backoff } from './backoff'
import { CLOSE, type PreviewFrame, readFrame, readPreview, type ServerFrame, VERSION } from './protocol'

/** What a page can know of its connection. */
export type LinkState = 'connecting' | 'live' | 'reconnecting' | 'unreachable' | 'signed-out' | 'outdated'

export interface LinkEvents {
  onFrame: (frame: ServerFrame) => void
  onPreview: (preview: PreviewFrame) => void
  onState: (state: LinkState) => void
  /** The position to resume from; null asks for a snapshot. */
  position: () => string | null
  /** Called while there is no socket, every few seconds. */
  poll: () => void
}

/** Tries after which the server counts as unreachable. */
const PATIENCE = 4
/** Heartbeats that may be missed. */
const SILENT_BEATS = 3
const POLL_MS = 5000
/** From the first try to the greeting. */
const GREETING_MS = 15_000
/** For the answer to a ping when the network or the reader is back: what slept may be talking to nobody. */
const PROBE_MS = 5000
/** A connection that lasts less is one more try that failed. */
const STEADY_MS = 5000
/** The back-off that a server gets which says to come back later. */
const LATER = 4

/** The page's one socket: comes back by itself, resumes where it was, and says how it fares. */
export class Link {
  #socket: WebSocket | null = null
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #watchdog: ReturnType<typeof setTimeout> | undefined
  #beat: ReturnType<typeof setInterval> | undefined
  #polling: ReturnType<typeof setInterval> | undefined
  /** The server's heartbeat; null before it has greeted. */
  #beatMs: number | null = null
  #greetedAt = 0
  #pingedAt = 0
  #watched: string[] = []
  #stopped = false

  constructor(
    private readonly url: string,
    private readonly events: LinkEvents,
  ) {}

  start(): void {
    addEventListener('online', this.#hurry)
    addEventListener('offline', this.#cut)
    document.addEventListener('visibilitychange', this.#hurryIfVisible)
    this.events.onState('connecting')
    this.#connect()
  }

  /** For good: a link is not started twice. */
  stop(): void {
    this.#stopped = true
    removeEventListener('online', this.#hurry)
    removeEventListener('offline', this.#cut)
    document.removeEventListener('visibilitychange', this.#hurryIfVisible)
    clearTimeout(this.#retry)
    this.#drop()
    clearInterval(this.#polling)
  }

  /** The jobs on the screen, of which previews are wanted. */
  watch(ids: string[]): void {
    this.#watched = ids
    // Before the greeting nothing but a hello may be said.
    if (this.#beatMs !== null) this.#send({ t: 'watch', ids })
  }

  #connect(): void {
    const socket = new WebSocket(this.url)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    this.#expect(GREETING_MS)
    socket.onopen = () => this.#send({ t: 'hello', v: VERSION, resume: this.events.position() })
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#heard(data)
    socket.onclose = ({ code }) => this.#closed(code)
  }

  #heard(data: string | ArrayBuffer): void {
    if (typeof data !== 'string') {
      this.#goOn()
      const preview = readPreview(data)
      if (preview) this.events.onPreview(preview)
      return
    }
    const frame = readFrame(data)
    if (frame?.t === 'welcome') this.#greeted(frame.hb_ms)
    else this.#goOn()
    if (frame) this.events.onFrame(frame)
  }

  #greeted(beatMs: number): void {
    this.#beatMs = beatMs
    this.#greetedAt = performance.now()
    this.#pingedAt = this.#greetedAt
    clearInterval(this.#polling)
    this.#polling = undefined
    clearInterval(this.#beat)
    this.#beat = setInterval(this.#ping, beatMs)
    this.#expect(beatMs * SILENT_BEATS)
    this.events.onState('live')
    if (this.#watched.length > 0) this.watch(this.#watched)
  }

  /** Whatever is heard is a sign of life. */
  #goOn(): void {
    if (this.#beatMs === null) return
    this.#expect(this.#beatMs * SILENT_BEATS)
    // A hidden page's timers may run once a minute, which the server would take for silence: its frames keep time, too.
    if (performance.now() - this.#pingedAt >= this.#beatMs / 2) this.#ping()
  }

  /** A browser keeps its sockets when its network goes; a server on this machine is found again at once. */
  #cut = (): void => {
    if (this.#socket) this.#closed(1006)
  }

  #ping = (): void => {
    this.#pingedAt = performance.now()
    this.#send({ t: 'ping' })
  }

  #closed(code: number): void {
    if (this.#beatMs !== null && performance.now() - this.#greetedAt >= STEADY_MS) this.#attempt = 0
    this.#drop()
    if (this.#stopped) return
    if (code === CLOSE.signedOut || code === CLOSE.outdated) {
      this.stop()
      this.events.onState(code === CLOSE.signedOut ? 'signed-out' : 'outdated')
      return
    }
    this.#polling ??= setInterval(() => this.events.poll(), POLL_MS)
    this.events.onState(this.#attempt >= PATIENCE ? 'unreachable' : 'reconnecting')
    this.#retry = setTimeout(() => this.#connect(), backoff(this.#tries(code)))
    this.#attempt += 1
  }

  #tries(code: number): number {
    if (code === CLOSE.restarting) return 0
    return code === CLOSE.later ? Math.max(this.#attempt, LATER) : this.#attempt
  }

  /** A browser does not notice when the other end is gone, so silence counts as gone. */
  #expect(within: number): void {
    clearTimeout(this.#watchdog)
    this.#watchdog = setTimeout(() => this.#closed(1006), within)
  }

  #drop(): void {
    clearTimeout(this.#watchdog)
    clearInterval(this.#beat)
    this.#beatMs = null
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  #send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  /** Comes back at once instead of waiting for the next try, and makes sure of a connection that seems to be there. */
  #hurry = (): void => {
    if (this.#beatMs !== null) {
      this.#ping()
      this.#expect(PROBE_MS)
    } else if (!this.#socket) {
      clearTimeout(this.#retry)
      this.#connect()
    }
  }

  #hurryIfVisible = (): void => {
    if (document.visibilityState === 'visible') this.#hurry()
  }
}
