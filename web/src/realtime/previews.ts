import type { PreviewFrame } from './protocol'

/** How many jobs' last pictures are kept. */
const CAPACITY = 24
/** A picture is let go only when nothing can be painting it any more. */
const GRACE_MS = 1000

interface Shown {
  seq: number
  url: string
}

/** The newest live preview of each job, as an object URL. Old ones are revoked, so memory stays bounded. */
export class Previews {
  readonly #shown = new Map<string, Shown>()
  readonly #listeners = new Map<string, Set<() => void>>()

  add({ job, seq, picture }: PreviewFrame): void {
    const old = this.#shown.get(job)
    if (old) this.#revoke(old)
    this.#shown.delete(job)
    this.#shown.set(job, { seq, url: URL.createObjectURL(picture) })
    const [oldest] = this.#shown.keys()
    if (this.#shown.size > CAPACITY && oldest !== undefined) this.drop(oldest)
    this.#tell(job)
  }

  /** Whoever signs in next is someone else. */
  clear(): void {
    for (const job of [...this.#shown.keys()]) this.drop(job)
  }

  drop(job: string): void {
    const old = this.#shown.get(job)
    if (!old) return
    this.#shown.delete(job)
    this.#revoke(old)
    this.#tell(job)
  }

  /** The picture's address, null as long as none came. */
  of(job: string): string | null {
    return this.#shown.get(job)?.url ?? null
  }

  subscribe(job: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(job) ?? new Set()
    this.#listeners.set(job, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(job)
    }
  }

  get size(): number {
    return this.#shown.size
  }

  #revoke({ url }: Shown): void {
    setTimeout(() => URL.revokeObjectURL(url), GRACE_MS)
  }

  #tell(job: string): void {
    for (const listener of this.#listeners.get(job) ?? []) listener()
  }
}
