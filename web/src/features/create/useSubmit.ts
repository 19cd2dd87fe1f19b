import { useCallback, useEffect } from 'react'
import type { Config, Workflow } from '@/api/types'
import { draftOf, useDraftStore } from '@/stores/draftStore'
import { describe as descriptionOf } from '@/stores/serverStore'
import { useFormStore } from './formStore'
import { press } from './press'
import { problemsOf } from './schemaFor'

/** Sends the form, by its button or by Ctrl+Enter anywhere on the page. */
export function useSubmit(config: Config | null, workflow: Workflow): () => void {
  const submit = useCallback(() => {
    if (!config) return
    leaveField()
    void press(config, workflow).then((outcome) => {
      if (outcome === 'refused') focusFirst(wrongFields(config, workflow))
      if (outcome === 'sent') showStage()
    })
  }, [config, workflow])
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.altKey) return
      if (event.defaultPrevented || document.querySelector('[role="dialog"], [role="alertdialog"]')) return
      event.preventDefault()
      // A key that is held down is one press.
      if (!event.repeat) submit()
    }
    addEventListener('keydown', key)
    return () => removeEventListener('keydown', key)
  }, [submit])
  return submit
}

/** A number that is still being typed is taken when its field is left. */
function leaveField(): void {
  const field = document.activeElement
  if (!(field instanceof HTMLInputElement)) return
  field.blur()
  field.focus()
}

function wrongFields(config: Config, workflow: Workflow): Set<string> {
  const refused = useFormStore.getState().forms[workflow]?.refused ?? {}
  const here = problemsOf(descriptionOf(config, workflow), config.limits, draftOf(useDraftStore.getState(), workflow))
  return new Set([...Object.keys(refused), ...Object.keys(here)])
}

/** The first field on the page that needs a look, unfolded if it is in a fold. */
function focusFirst(names: Set<string>): void {
  // Both sides of a size stand in one field.
  if (names.has('height')) names.add('width')
  for (const place of document.querySelectorAll<HTMLElement>('[data-field]')) {
    if (!names.has(place.dataset.field ?? '')) continue
    const fold = place.closest('details')
    if (fold) fold.open = true
    const control = place.querySelector<HTMLElement>('textarea, input:not([hidden])') ?? place.querySelector('button')
    control?.focus()
    // What is wrong stands below, where the button of a phone would cover it.
    place.scrollIntoView?.({ block: 'center' })
    return
  }
}

/** On a phone the stage lies below the form. */
function showStage(): void {
  const stage = document.getElementById('stage')
  if (!stage || matchMedia('(min-width: 1024px)').matches) return
  stage.scrollIntoView?.({ block: 'start' })
}
