import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

/** A reverse proxy that serves a world below a path, sockets included, and takes the path away: as nginx is set up. */
export class SubPath {
  readonly #server: Server

  private constructor(
    server: Server,
    readonly url: string,
  ) {
    this.#server = server
  }

  static async below(path: string, port: string): Promise<SubPath> {
    const inner = (url = '/') => (url.startsWith(`${path}/`) ? url.slice(path.length) : null)
    const server = createServer((asked, answer) => {
      const target = inner(asked.url)
      if (target === null) return void answer.writeHead(404).end('outside')
      const forward = request(
        { host: '127.0.0.1', port, path: target, method: asked.method, headers: asked.headers },
        (got) => {
          answer.writeHead(got.statusCode ?? 502, got.headers)
          got.pipe(answer)
        },
      )
      forward.on('error', () => answer.destroy())
      asked.pipe(forward)
    })
    server.on('upgrade', (asked, socket, head) => {
      const target = inner(asked.url)
      if (target === null) return void socket.destroy()
      const up = connect(Number(port), '127.0.0.1', () => {
        const headers = asked.rawHeaders.reduce((text, word, at) => text + (at % 2 ? `${word}\r\n` : `${word}: `), '')
        up.write(`GET ${target} HTTP/1.1\r\n${headers}\r\n`)
        up.write(head)
        up.pipe(socket).pipe(up)
      })
      up.on('error', () => socket.destroy())
      socket.on('error', () => up.destroy())
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    return new SubPath(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
  }

  end(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
