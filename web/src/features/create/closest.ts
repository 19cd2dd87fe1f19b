import type { Outlook, SizeRule, Workflow } from '@/api/types'
import { choice, modelWords, scaleWords } from '@/text/choices'
import { create } from '@/text/create'
import { largestOf, P480_PIXELS, type Size } from './size'

/** A way to a job that a connected GPU can run. */
interface Remedy {
  /** What the form would have. */
  words: string
  change: Record<string, string | number | undefined>
}

/** What would have to change so that the closest class is enough; null where that is no simple parameter. */
export function closestRemedy(
  workflow: Workflow,
  unservable: NonNullable<Outlook['unservable']>,
  size: Size | null,
  rule: SizeRule | null,
): Remedy | null {
  const { missing, closest } = unservable
  if (closest === null || closest === undefined) return null
  const has = missing.split('.').slice(1)
  const can = closest.split('.').slice(1)
  const words: string[] = []
  const change: Remedy['change'] = {}
  const differs = (at: number) => has[at] !== can[at] && can[at] !== undefined
  const set = (name: string, value: string | number, said: string) => {
    change[name] = value
    words.push(said)
  }
  if (workflow === 'i2v') {
    if (differs(0) && can[0] === '480p' && size && rule) {
      const smaller = largestOf(size, P480_PIXELS, rule)
      Object.assign(change, smaller)
      words.push(`${smaller.width} × ${smaller.height}`)
    }
    if (differs(1) && can[1] === '81') set('num_frames', 81, create.preflight.frames(81))
    if (differs(2) && can[2]) set('preset', can[2], choice('preset', can[2]))
  } else if (workflow === 'qwen') {
    if (differs(0) && can[0]) set('model', can[0], modelWords(can[0]))
    if (differs(1) && can[1]) set('preset', can[1], choice('preset', can[1]))
  } else if (differs(0) && can[0]) {
    set('scale', Number.parseInt(can[0], 10), scaleWords(can[0]))
  }
  return words.length === 0 ? null : { words: words.join(', '), change }
}
