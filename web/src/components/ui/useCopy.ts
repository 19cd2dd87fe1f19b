import { type RefObject, useRef, useState } from 'react'
import { copyText } from '@/lib/clipboard'
import { common } from '@/text/common'

const SAID_MS = 4000

/** Copies a text that is shown; where the browser has no clipboard it is selected instead, ready for Ctrl+C. */
export function useCopy(text: string, shown: RefObject<HTMLElement | null>) {
  const silence = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [said, setSaid] = useState<string | null>(null)

  async function copy() {
    clearTimeout(silence.current)
    if (await copyText(text)) setSaid(common.copied)
    else if (shown.current) {
      getSelection()?.selectAllChildren(shown.current)
      setSaid(common.selected)
    }
    silence.current = setTimeout(() => setSaid(null), SAID_MS)
  }

  return { said, copy: () => void copy() }
}
