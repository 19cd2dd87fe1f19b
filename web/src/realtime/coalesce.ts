import type { Job, JobPatch } from '@/api/types'

type News = Job | JobPatch

/** How often a page that nobody sees takes what ticks: its title is still read. */
const HIDDEN_MS = 1000

/**
 * Holds back what ticks while nobody looks, the newest of each job, and lets changes of a state pass at once. What is held
 * goes first whenever anything passes, so the order of positions stays.
 */
export class Coalescer {
  readonly #held = new Map<string, News>()
  #position: string | null = null
  #passedAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly apply: (position: string, news: News[]) => void,
    /** Whether it changes the state of a job, or tells of a new one. */
    private readonly moves: (news: News) => boolean,
  ) {}

  /** Takes a frame's news; `now` is in milliseconds. */
  take(position: string, news: readonly News[], hidden: boolean, now: number): void {
    for (const one of news) this.#hold(one)
    this.#position = position
    if (!hidden || now - this.#passedAt >= HIDDEN_MS || news.some(this.moves)) {
      this.#passedAt = now
      this.flush()
    }
  }

  /** Lets everything pass. */
  flush(): void {
    const position = this.#position
    if (position === null) return
    const news = [...this.#held.values()]
    this.forget()
    this.apply(position, news)
  }

  /** For when it is of no use any more: whoever resumes is told again. */
  forget(): void {
    this.#held.clear()
    this.#position = null
  }

  #hold(one: News): void {
    const held = this.#held.get(one.id)
    if (!held || one.version >= held.version) this.#held.set(one.id, { ...held, ...one })
  }
}
