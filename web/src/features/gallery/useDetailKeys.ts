import { useEffect, useRef } from 'react'
import { proposeSettingsOf } from '@/actions/settings'
import type { Job } from '@/api/types'
import { isTyping, strokeOf } from '@/lib/shortcuts'
import { useUiStore } from '@/stores/uiStore'
import { compared, useViewStore, viewIn } from './viewStore'
import { viewsOf } from './views'

/** J and K or the arrows go through the results, C compares, R takes the settings: unless the key is for what has the focus. */
export function useDetailKeys(
  job: Job | null,
  previous: string | null,
  next: string | null,
  onOpen: (id: string) => void,
): void {
  const now = useRef({ job, previous, next, onOpen })
  useEffect(() => {
    now.current = { job, previous, next, onOpen }
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const stroke = strokeOf(event)
      if (event.defaultPrevented || event.isComposing || isElsewhere(event.target, stroke)) return
      if (stroke.length === 1 && !useUiStore.getState().letters) return
      const done = act(stroke, now.current)
      if (done) event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}

interface Now {
  job: Job | null
  previous: string | null
  next: string | null
  onOpen: (id: string) => void
}

function act(stroke: string, { job, previous, next, onOpen }: Now): boolean {
  switch (stroke) {
    case 'j':
    case 'arrowright':
      if (next) onOpen(next)
      return true
    case 'k':
    case 'arrowleft':
      if (previous) onOpen(previous)
      return true
    case 'c': {
      if (!job) return false
      const { view, set } = useViewStore.getState()
      const offered = viewsOf(job)
      set(compared(viewIn(view, offered), offered))
      return true
    }
    case 'r':
      if (!job) return false
      void proposeSettingsOf(job)
      return true
    default:
      return false
  }
}

/** Where a key has a meaning of its own: in text, in what lies over the page, and the arrows in sliders and videos. */
function isElsewhere(target: EventTarget | null, stroke: string): boolean {
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return true
  if (!(target instanceof Element)) return false
  return isTyping(target) || (stroke.startsWith('arrow') && target.closest('input, video') !== null)
}
