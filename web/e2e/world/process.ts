import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A child with its log; the kernel ends it if the test runner is killed. */
export class Process {
  readonly log: string
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #over = false
  #insisted = false
  /** How it ended by itself; null as long as it runs, and for one that was killed. */
  #code: number | null = null

  constructor(
    readonly name: string,
    folder: string,
    program: string,
    args: string[],
    env: NodeJS.ProcessEnv,
  ) {
    this.log = join(folder, `${name}.log`)
    const log = openSync(this.log, 'a')
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
      env: { PATH: process.env.PATH, TMPDIR: folder, ...env },
      cwd: folder,
      stdio: ['ignore', log, log],
      detached: true,
    })
    closeSync(log)
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code) => {
        this.#over = true
        this.#code = code
        resolve()
      })
    })
  }

  /** What a good program does not do: end by itself with a failure, not end when asked to, panic. */
  complaint(): string | null {
    if (this.#code !== null && this.#code !== 0) return `${this.name} ended with ${this.#code}`
    if (this.#insisted) return `${this.name} did not end within ten seconds`
    return /panicked at .*/.exec(this.read())?.[0] ?? null
  }

  /** Asks it to end, and insists after ten seconds. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#over) return
    this.signal(signal)
    const insist = setTimeout(() => {
      this.#insisted = true
      this.signal('SIGKILL')
    }, 10_000)
    await this.#ended
    clearTimeout(insist)
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#over && this.#child.pid !== undefined) process.kill(this.#child.pid, signal)
  }

  /** Resolves once the condition holds; fails with the log's end when the process is gone or 30 s are over. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const late = Date.now() + 30_000
    while (!(await condition())) {
      if (this.#over || Date.now() > late) throw new Error(`${what}:\n${this.read().slice(-4000)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  read(): string {
    try {
      return readFileSync(this.log, 'utf8')
    } catch {
      return ''
    }
  }
}
