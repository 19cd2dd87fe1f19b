import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Job, Workflow } from '../../src/api/types'
import { Process } from './process'

const ROOT = resolve(import.meta.dirname, '../../..')
const PROGRAMS = join(ROOT, 'target/debug')
const PYTHON = join(ROOT, '.venv/bin/python')
export const SAMPLES = join(ROOT, 'tests/fixtures/samples')
const SCRIPTED = 'i2v=scripted,qwen=scripted,upscale=scripted'

export interface AgentOptions {
  engines?: string
  slots?: number
  env?: NodeJS.ProcessEnv
}

/** A server with an address of its own, the agents that dial in, and a client of its API. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'spool-e2e.'))
  readonly #env: NodeJS.ProcessEnv
  readonly #processes: Process[] = []
  #server: Process | null = null
  #redis: Process | null = null
  #address = ''
  /** Sent with every request of {@link fetch}, for a server with keys. */
  key: string | null = null

  constructor(env: NodeJS.ProcessEnv = {}) {
    this.#env = env
  }

  get url(): string {
    return `http://${this.#address}`
  }

  get port(): string {
    return this.#address.split(':')[1] ?? ''
  }

  /** Starts the server, at the port it had if it had one. With `redis` its data outlives it. */
  async serve({ redis = false } = {}): Promise<void> {
    if (redis && !this.#redis) await this.#startRedis()
    const file = join(this.folder, 'address')
    rmSync(file, { force: true })
    this.#server = this.#start('api', join(PROGRAMS, 'spool-api'), [], {
      SPOOL_LISTEN: this.#address || '127.0.0.1:0',
      SPOOL_ADDRESS_FILE: file,
      SPOOL_DATA_DIR: join(this.folder, 'data'),
      ...(this.#redis && { SPOOL_REDIS_URL: `unix://${join(this.folder, 'redis.sock')}` }),
      ...this.#env,
    })
    await this.#server.until('the API did not start', () => existsSync(file) && readFileSync(file, 'utf8') !== '')
    this.#address = readFileSync(file, 'utf8').trim()
  }

  /** Kills it as a power cut would. */
  async killServer(): Promise<void> {
    await this.#server?.end('SIGKILL')
  }

  async #startRedis(): Promise<void> {
    const socket = join(this.folder, 'redis.sock')
    const policy = ['--maxmemory-policy', 'noeviction']
    const redis = this.#start(
      'redis',
      'redis-server',
      ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', this.folder, ...policy],
      {},
    )
    await redis.until('redis-server did not start', () => existsSync(socket))
    this.#redis = redis
  }

  /** Starts an agent and waits until the server knows it. */
  async agent(name: string, { engines = SCRIPTED, slots = 1, env = {} }: AgentOptions = {}): Promise<Process> {
    const agent = this.#start(`agent-${name}`, join(PROGRAMS, 'spool-agent'), [], {
      SPOOL_SERVER: `ws://${this.#address}`,
      SPOOL_AGENT_NAME: name,
      SPOOL_AGENT_ID_FILE: join(this.folder, `${name}.id`),
      SPOOL_SLOTS: String(slots),
      SPOOL_ENGINES: engines,
      SPOOL_PYTHON: PYTHON,
      ...env,
    })
    await agent.until(`the agent ${name} did not come`, async () => {
      return (await this.#agents()).some(
        (known) => known.name === name && known.connected && known.places.total === slots,
      )
    })
    return agent
  }

  /**
   * Starts the agent of tests/load/crowd: `works` ends each job at once, `reports` tells of each 20 times a second,
   * `shows` has GPUs to look at.
   */
  async crowd(what: 'works' | 'reports' | 'shows', slots: number, name = 'crowd'): Promise<Process> {
    const program = join(PROGRAMS, 'examples/crowd')
    const crowd = this.#start(`crowd-${name}`, program, [what, this.#address, String(slots), name], {})
    await crowd.until(`${name} did not come`, async () => (await this.#agents()).some((agent) => agent.name === name))
    return crowd
  }

  async #agents(): Promise<{ name: string; connected: boolean; places: { total: number } }[]> {
    return (
      await this.fetch<{ items: { name: string; connected: boolean; places: { total: number } }[] }>('/api/agents')
    ).items
  }

  /** A JSON answer of the API; throws for any that is no success. */
  async fetch<T>(path: string, init: RequestInit = {}): Promise<T> {
    const headers = { ...init.headers, ...(this.key && { Authorization: `Bearer ${this.key}` }) }
    const response = await fetch(this.url + path, { ...init, headers })
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as T
  }

  /** Stores a sample picture; the id goes into requests. */
  async upload(sample = 'chelsea.png'): Promise<string> {
    const body = readFileSync(join(SAMPLES, sample))
    const stored = await this.fetch<{ id: string }>('/api/images', {
      method: 'POST',
      headers: { 'Content-Type': sample.endsWith('.jpg') ? 'image/jpeg' : 'image/png' },
      body,
    })
    return stored.id
  }

  /** Submits a job with a sample picture; the prompt drives the scripted engine (`steps=8 step_ms=100 …`), `sample` or `image_id` the picture. */
  async submit(prompt: string, params: Record<string, unknown> = {}, workflow: Workflow = 'i2v'): Promise<Job> {
    const { sample, image_id, ...others } = params as { sample?: string; image_id?: string }
    const picture = { image_id: image_id ?? (await this.upload(sample)) }
    const body = {
      ...(workflow === 'qwen' ? { edit_image: [picture] } : { input_image: picture }),
      ...(workflow === 'upscale' ? {} : { prompt }),
      ...others,
    }
    return this.fetch<Job>(`/api/workflows/${workflow}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  /** The job once it is as wanted. */
  async job(id: string, wanted: (job: Job) => boolean = () => true): Promise<Job> {
    const late = Date.now() + 30_000
    for (;;) {
      const job = await this.fetch<Job>(`/api/jobs/${id}`)
      if (wanted(job)) return job
      if (Date.now() > late) throw new Error(`the job is still not as wanted: ${JSON.stringify(job)}`)
      await new Promise((done) => setTimeout(done, 20))
    }
  }

  finished(id: string): Promise<Job> {
    return this.job(id, ({ status }) => ['succeeded', 'failed', 'canceled'].includes(status))
  }

  /** Adds a key to the server's file, as an operator does, and answers with its secret. */
  async newKey(name: string, scopes: string): Promise<string> {
    const args = ['key', 'new', name, '--scope', scopes, '--file', 'keys']
    const { stdout } = await promisify(execFile)(join(PROGRAMS, 'spool-api'), args, { cwd: this.folder })
    const secret = /spool_\S+/.exec(stdout)?.[0]
    if (!secret) throw new Error(`no key in: ${stdout}`)
    return secret
  }

  /** Ends everything; the logs stay when something went wrong. Fails if a process did what it must not. */
  async end(wrong: boolean): Promise<void> {
    for (const process of [...this.#processes].reverse()) {
      // An agent that is asked to stop finishes its job first, and these jobs are long.
      const asked = process === this.#server || process === this.#redis
      await process.end(asked ? 'SIGTERM' : 'SIGKILL')
    }
    const complaints = this.#processes.flatMap((process) => [
      ...[process.complaint()].filter((said) => said !== null),
      ...(this.key !== null && process.read().includes(this.key) ? [`the key is in the log of ${process.name}`] : []),
    ])
    if (wrong || complaints.length > 0) console.log(`The logs are in ${this.folder}`)
    else rmSync(this.folder, { recursive: true, force: true })
    if (complaints.length > 0) throw new Error(complaints.join('\n'))
  }

  #start(name: string, program: string, args: string[], env: NodeJS.ProcessEnv): Process {
    const started = new Process(name, this.folder, program, args, env)
    this.#processes.push(started)
    return started
  }
}
