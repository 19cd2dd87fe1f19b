import createClient from 'openapi-fetch'
import { basePath } from '@/lib/base'
import type { paths } from './schema'

/** One field that the server refused, by JSON pointer (`/num_frames`). */
interface FieldError {
  pointer: string
  message: string
  /** The server's word for what is wrong, `out_of_range` say. */
  code?: string
}

/** What the server said instead of an answer (RFC 9457), or that none came. */
export class ApiError extends Error {
  constructor(
    /** 0 when nothing came back. */
    readonly status: number,
    /** The server's word, `unreachable` when nothing came back. */
    readonly code: string,
    detail: string,
    readonly errors: FieldError[] = [],
    /** From Retry-After, milliseconds. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail)
    this.name = 'ApiError'
  }

  get unreachable(): boolean {
    return this.status === 0
  }
}

export const UNREACHABLE = 'The server cannot be reached.'

/** Only same-origin requests: a key is a cookie that the browser sends by itself. */
export const client = createClient<paths>({
  baseUrl: typeof document === 'undefined' ? '' : new URL(`${basePath()}/`, document.baseURI).href.replace(/\/$/, ''),
  // Looked up at each call, so that a test may replace it.
  fetch: (request) => globalThis.fetch(request),
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The data of an answer; throws an {@link ApiError} for anything else. */
export async function unwrap<T>(request: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await request.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(0, 'unreachable', UNREACHABLE)
  })
  if (response.ok) return data as T
  throw problem(response.status, error, response.headers.get('Retry-After'))
}

/** Reads a problem; whatever is none, a proxy's page say, becomes one. */
export function problem(status: number, body: unknown, retryAfter: string | null): ApiError {
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter)
  const wait = Number.isFinite(seconds) ? seconds * 1000 : null
  if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string') {
    const { code, detail, errors } = body as { code: string; detail?: string; errors?: FieldError[] }
    return new ApiError(status, code, detail ?? `The server answered ${status}.`, errors ?? [], wait)
  }
  return new ApiError(status, 'unavailable', `The server answered ${status}.`, [], wait)
}

/** Reads a plain fetch in the same way. */
export async function readJson<T>(request: Promise<Response>): Promise<T> {
  const response = await request.catch(() => {
    throw new ApiError(0, 'unreachable', UNREACHABLE)
  })
  const body: unknown = await response.json().catch(() => null)
  // An answer that broke off is none: what it said of the outcome is not known.
  if (response.ok && body === null) throw new ApiError(0, 'unreachable', UNREACHABLE)
  if (response.ok) return body as T
  throw problem(response.status, body, response.headers.get('Retry-After'))
}
