import { go, paths } from '@/lib/go'

/** A page that is still being fetched has its prompt in this time, or never. */
const PATIENCE_MS = 2000

/** Puts the cursor into the prompt; from a page without one, by way of the form. */
export function focusPrompt(): void {
  if (focusIt()) return
  go(paths.video)
  const watch = new MutationObserver(() => {
    if (focusIt()) stop()
  })
  const timer = setTimeout(() => stop(), PATIENCE_MS)
  function stop() {
    clearTimeout(timer)
    watch.disconnect()
  }
  watch.observe(document.body, { childList: true, subtree: true })
}

function focusIt(): boolean {
  const prompt = document.querySelector<HTMLTextAreaElement>('textarea[data-prompt]')
  prompt?.focus()
  return prompt !== null
}
