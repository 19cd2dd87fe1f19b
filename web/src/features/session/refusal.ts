import { ApiError } from '@/api/client'
import { session as words } from '@/text/session'

/** Why a key was not taken, in words. */
export function refusal(error: unknown): string {
  if (!(error instanceof ApiError) || error.unreachable) return words.unreachable
  if (error.status === 401) return words.wrong
  if (error.status === 429) return words.limited(error.retryAfter)
  return error.message
}
