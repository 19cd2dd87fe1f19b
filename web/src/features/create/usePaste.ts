import { useEffect, useRef } from 'react'

/** Takes files pasted anywhere on the page; `slot` is the one with the focus in it. */
export function usePaste(onFiles: (slot: string | null, files: File[]) => void): void {
  const take = useRef(onFiles)
  take.current = onFiles
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0 || event.defaultPrevented) return
      // A copy from a document brings a picture of its text along; in a field the text is meant.
      const text = event.clipboardData?.types.includes('text/plain') === true
      if (text && event.target instanceof Element && event.target.closest('input, textarea')) return
      event.preventDefault()
      const slot = document.activeElement?.closest<HTMLElement>('[data-field]')?.dataset.field ?? null
      take.current(slot, files)
    }
    addEventListener('paste', paste)
    return () => removeEventListener('paste', paste)
  }, [])
}
