import { useEffect } from 'react'
import { isTyping, Shortcuts } from '@/lib/shortcuts'
import { useCommandStore } from '@/stores/commandStore'
import { useUiStore } from '@/stores/uiStore'
import { BINDINGS, SHORTCUTS } from './bindings'

/** Runs what a shortcut means, on every page. */
export function useShortcuts(): void {
  useEffect(() => {
    const shortcuts = new Shortcuts(BINDINGS)
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const covered = isCovered()
      // Also while what was opened is still being fetched: what is typed then is meant for it.
      const busy = covered || useCommandStore.getState().shown !== null
      const where = { typing: isTyping(event.target) || busy, letters: useUiStore.getState().letters }
      const found = shortcuts.press(event, where, event.timeStamp)
      // A dialog that asks something is answered first.
      if (found === null || (covered && useCommandStore.getState().shown === null)) return
      event.preventDefault()
      SHORTCUTS[found]()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [])
}

function isCovered(): boolean {
  return document.querySelector('[role="dialog"][data-state="open"], [role="alertdialog"][data-state="open"]') !== null
}
