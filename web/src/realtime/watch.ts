/** The server sends previews of as many jobs. */
const MOST = 12
const SETTLE_MS = 250

/** Which jobs are on the screen: told to the server once it settles, the focused one first. */
export class Watch {
  readonly #seen = new Map<string, number>()
  #focused: string | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #told = ''

  constructor(private readonly tell: (ids: string[]) => void) {}

  /** Counts a view of the job; the answer ends it. */
  show(id: string): () => void {
    this.#seen.set(id, (this.#seen.get(id) ?? 0) + 1)
    this.#settle()
    return () => {
      const left = (this.#seen.get(id) ?? 1) - 1
      if (left > 0) this.#seen.set(id, left)
      else this.#seen.delete(id)
      this.#settle()
    }
  }

  focus(id: string | null): void {
    this.#focused = id
    this.#settle()
  }

  #settle(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const others = [...this.#seen.keys()].filter((id) => id !== this.#focused)
      const ids = (this.#focused === null ? others : [this.#focused, ...others]).slice(0, MOST)
      if (ids.join() === this.#told) return
      this.#told = ids.join()
      this.tell(ids)
    }, SETTLE_MS)
  }
}
