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
/** Until the server has said its own. */
const FIRST_BEAT_MS = 15_000

/** The page's one socket: comes back by itself, resumes where it was, and says how it fares. */
export class Link {
  #socket: WebSocket | null = null
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #watchdog: ReturnType<typeof setTimeout> | undefined
  #beat: ReturnType<typeof setInterval> | undefined
  #polling: ReturnType<typeof setInterval> | undefined
  #beatMs = FIRST_BEAT_MS
  #watched: string[] = []
  #stopped = false

  constructor(
    private readonly url: string,
    private readonly events: LinkEvents,
  ) {}

  start(): void {
    addEventListener('online', this.#hurry)
    document.addEventListener('visibilitychange', this.#hurryIfVisible)
    this.events.onState('connecting')
    this.#connect()
  }

  stop(): void {
    this.#stopped = true
    removeEventListener('online', this.#hurry)
    document.removeEventListener('visibilitychange', this.#hurryIfVisible)
    clearTimeout(this.#retry)
    this.#drop()
    clearInterval(this.#polling)
  }

  /** The jobs on the screen, of which previews are wanted. */
  watch(ids: string[]): void {
    this.#watched = ids
    this.#send({ t: 'watch', ids })
  }

  #connect(): void {
    const socket = new WebSocket(this.url)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    this.#expect()
    socket.onopen = () => this.#send({ t: 'hello', v: VERSION, resume: this.events.position() })
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#heard(data)
    socket.onclose = ({ code }) => this.#closed(code)
  }

  #heard(data: string | ArrayBuffer): void {
    this.#expect()
    if (typeof data !== 'string') {
      const preview = readPreview(data)
      if (preview) this.events.onPreview(preview)
      return
    }
    const frame = readFrame(data)
    if (!frame) return
    if (frame.t === 'welcome') this.#welcomed(frame.hb_ms)
    this.events.onFrame(frame)
  }

  #welcomed(beatMs: number): void {
    this.#beatMs = beatMs
    this.#attempt = 0
    clearInterval(this.#polling)
    this.#polling = undefined
    this.#beat = setInterval(() => this.#send({ t: 'ping' }), beatMs)
    this.#expect()
    this.events.onState('live')
    if (this.#watched.length > 0) this.watch(this.#watched)
  }

  #closed(code: number): void {
    this.#drop()
    if (this.#stopped) return
    if (code === CLOSE.signedOut || code === CLOSE.outdated) {
      this.events.onState(code === CLOSE.signedOut ? 'signed-out' : 'outdated')
      return
    }
    this.#polling ??= setInterval(() => this.events.poll(), POLL_MS)
    this.events.onState(this.#attempt >= PATIENCE ? 'unreachable' : 'reconnecting')
    const wait = backoff(code === CLOSE.restarting ? 0 : this.#attempt)
    this.#attempt += 1
    this.#retry = setTimeout(() => this.#connect(), wait)
  }

  /** A browser does not notice when the other end is gone, so silence counts as gone. */
  #expect(): void {
    clearTimeout(this.#watchdog)
    this.#watchdog = setTimeout(() => this.#closed(1006), this.#beatMs * SILENT_BEATS)
  }

  #drop(): void {
    clearTimeout(this.#watchdog)
    clearInterval(this.#beat)
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  #send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  /** Comes back at once instead of waiting for the next try. */
  #hurry = (): void => {
    if (this.#socket || this.#stopped || this.#retry === undefined) return
    clearTimeout(this.#retry)
    this.#connect()
  }

  #hurryIfVisible = (): void => {
    if (document.visibilityState === 'visible') this.#hurry()
  }
}
