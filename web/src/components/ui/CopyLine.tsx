import { Check, Copy } from 'lucide-react'
import { useRef, useState } from 'react'
import { copyText } from '@/lib/clipboard'
import { common } from '@/text/common'
import { IconButton } from './IconButton'

const SAID_MS = 4000

/** A line to be copied. Plain http has no clipboard: there the line is selected, ready for Ctrl+C. */
export function CopyLine({ label, text }: { label: string; text: string }) {
  const line = useRef<HTMLElement>(null)
  const silence = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [said, setSaid] = useState<string | null>(null)

  async function copy() {
    clearTimeout(silence.current)
    if (await copyText(text)) setSaid(common.copied)
    else if (line.current) {
      getSelection()?.selectAllChildren(line.current)
      setSaid(common.selected)
    }
    silence.current = setTimeout(() => setSaid(null), SAID_MS)
  }

  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
        <code
          ref={line}
          role="region"
          aria-label={label}
          tabIndex={0}
          className="pane min-w-0 flex-1 overflow-x-auto py-1.5 text-left font-mono text-xs whitespace-pre"
        >
          {text}
        </code>
        <IconButton
          label={`${common.copy}: ${label}`}
          size="sm"
          icon={said === null ? <Copy size={16} /> : <Check size={16} />}
          onClick={copy}
        />
      </div>
      <p role="status" className="min-h-4 text-xs text-fg-3">
        {said}
      </p>
    </div>
  )
}
