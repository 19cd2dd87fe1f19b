import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'

/**
 * A reverse proxy that serves a world below a path, sockets included, and takes the path away: as nginx is set up. Its
 * wire can be cut, and mended.
 */
export class SubPath {
  readonly #server: Server
  /** What no longer belongs to the HTTP server: both ends of each WebSocket. */
  readonly #sockets = new Set<Duplex>()
  #cut = false
  #silent = false

  private constructor(
    private readonly path: string,
    private readonly port: string,
  ) {
    this.#server = createServer((asked, answer) => {
      const target = this.#inner(asked.url)
      if (this.#cut || this.#silent) return void asked.socket.destroy()
      if (target === null) return void answer.writeHead(404).end('outside')
      const forward = request(
        { host: '127.0.0.1', port: this.port, path: target, method: asked.method, headers: asked.headers },
        (got) => {
          answer.writeHead(got.statusCode ?? 502, got.headers)
          got.pipe(answer)
        },
      )
      forward.on('error', () => answer.destroy())
      asked.pipe(forward)
    })
    this.#server.on('upgrade', (asked, socket, head) => {
      const target = this.#inner(asked.url)
      if (target === null || this.#cut || this.#silent) return void socket.destroy()
      const up = connect(Number(this.port), '127.0.0.1', () => {
        const headers = asked.rawHeaders.reduce((text, word, at) => text + (at % 2 ? `${word}\r\n` : `${word}: `), '')
        up.write(`GET ${target} HTTP/1.1\r\n${headers}\r\n`)
        up.write(head)
        this.#pass(up, socket)
        this.#pass(socket, up)
      })
    })
  }

  /** `path` is empty for a proxy that only passes on. */
  static async below(path: string, port: string): Promise<SubPath> {
    const proxy = new SubPath(path, port)
    await new Promise<void>((listening) => proxy.#server.listen(0, '127.0.0.1', listening))
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.path}`
  }

  /** Ends every connection, and takes none until it is mended. */
  cut(): void {
    this.#cut = true
    for (const socket of this.#sockets) socket.destroy()
    this.#server.closeAllConnections()
  }

  /** Nothing comes through any more, and neither end is told: as when a laptop sleeps. */
  fallSilent(): void {
    this.#silent = true
  }

  mend(): void {
    this.#cut = false
    this.#silent = false
  }

  end(): void {
    this.cut()
    this.#server.close()
  }

  #inner(url = '/'): string | null {
    return url.startsWith(`${this.path}/`) ? url.slice(this.path.length) : null
  }

  #pass(from: Duplex, to: Duplex): void {
    this.#sockets.add(from)
    let lost = false
    from.on('data', (bytes) => {
      // What was lost is lost: after a mend such a stream would make no sense.
      lost ||= this.#silent
      if (!lost) to.write(bytes)
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
