import { Suspense, useEffect, useState } from 'react'
import { late } from '@/lib/late'

const Tip = late(() => import('./Tip'))

const PAUSE_MS = 400

/**
 * One tip for the whole page: what a control with `data-tip` is called, for whoever points at it or tabs to it. So a
 * list of fifty cards carries no fifty tips along, and the code that places one comes with the first.
 */
export function TipLayer() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const of = (target: EventTarget | null) =>
      target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null
    const close = () => {
      clearTimeout(timer)
      setAnchor(null)
    }
    const point = ({ target, pointerType }: PointerEvent) => {
      const next = pointerType === 'touch' ? null : of(target)
      close()
      if (next) timer = setTimeout(() => setAnchor(next), PAUSE_MS)
    }
    const focus = ({ target }: FocusEvent) => {
      const next = of(target)
      setAnchor(next?.matches(':focus-visible') ? next : null)
    }
    const key = ({ key }: KeyboardEvent) => key !== 'Tab' && close()

    const listening = new AbortController()
    const quietly = { signal: listening.signal, passive: true }
    document.addEventListener('pointerover', point, quietly)
    document.addEventListener('focusin', focus, quietly)
    document.addEventListener('focusout', close, quietly)
    document.addEventListener('pointerdown', close, quietly)
    document.addEventListener('keydown', key, quietly)
    document.addEventListener('scroll', close, { ...quietly, capture: true })
    return () => {
      listening.abort()
      clearTimeout(timer)
    }
  }, [])

  if (!anchor?.isConnected || !anchor.dataset.tip) return null
  return (
    <Suspense>
      <Tip anchor={anchor} text={anchor.dataset.tip} />
    </Suspense>
  )
}
