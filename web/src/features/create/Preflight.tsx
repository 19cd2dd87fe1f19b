import { TriangleAlert } from 'lucide-react'
import type { Outlook } from '@/api/types'
import { Button } from '@/components/ui/Button'
import { connected, useFleetStore } from '@/stores/fleetStore'
import { classWords } from '@/text/choices'
import { create, pixels } from '@/text/create'
import { unservableLine } from '@/text/jobs'
import { closestRemedy } from './closest'
import { leadPicture } from './resolve'
import { sizeIn } from './SizeField'
import { sizeOf } from './size'
import type { Form } from './useForm'

const words = create.preflight

/** What a press would make, and what it would meet. Two lines, whatever is known: nothing moves when an answer comes. */
export function Preflight({ form, outlook }: { form: Form; outlook: Outlook | undefined }) {
  return (
    <div role="group" aria-label={words.title} className="num flex min-h-8 flex-col text-center text-xs">
      <p className="text-fg-2">{made(form).join(' · ')}</p>
      <p className="text-fg-3">{outlook ? met(outlook).join(' · ') : words.noEstimate}</p>
    </div>
  )
}

function made(form: Form): string[] {
  const jobs = form.draft.variations > 1 ? [words.times(form.draft.variations)] : []
  if (form.workflow === 'upscale') {
    const picture = sizeOf(leadPicture(form.description, form.draft))
    const factor = form.number('scale')
    const what = picture
      ? pixels({ width: picture.width * factor, height: picture.height * factor })
      : create.scale.times(factor)
    return [what, ...jobs]
  }
  const size = sizeIn(form)
  const parts = [size ? pixels(size) : words.noPicture]
  if (form.workflow === 'i2v') {
    const frames = form.number('num_frames')
    parts.push(words.frames(frames), words.seconds(frames, form.number('fps')))
  }
  return [...parts, ...jobs]
}

function met(outlook: Outlook): string[] {
  const time = outlook.attempt_ms ? words.free(outlook.attempt_ms) : words.noEstimate
  const line = outlook.unservable || outlook.waiting === 0 ? [] : [words.ahead(outlook.waiting)]
  return [time, ...line]
}

/** What no connected GPU could run and why, with what one could. It may be sent all the same. */
export function Unservable({ form, outlook }: { form: Form; outlook: Outlook | undefined }) {
  // That nobody is there at all stands over the whole page already.
  const nobody = useFleetStore((store) => store.agents !== null && connected(store.agents).length === 0)
  const unservable = outlook?.unservable
  if (!unservable || nobody) return null
  const remedy = closestRemedy(form.workflow, unservable, sizeIn(form), form.description.size ?? null)
  return (
    <div role="status" className="flex gap-2 rounded-md bg-warn-soft px-3 py-2 text-xs text-warn">
      <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1.5">
        <p className="min-w-40 flex-1">
          {unservable.closest
            ? `${words.cannot(classWords(unservable.missing))} ${words.closest(classWords(unservable.closest))}`
            : unservableLine({ unservable })}{' '}
          {words.waits}
        </p>
        {remedy && (
          <Button
            size="sm"
            onClick={() => {
              for (const [name, value] of Object.entries(remedy.change)) form.set(name, value)
            }}
          >
            {words.use(remedy.words)}
          </Button>
        )}
      </div>
    </div>
  )
}
