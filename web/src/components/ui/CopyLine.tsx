import { Check, Copy } from 'lucide-react'
import { useRef } from 'react'
import { common } from '@/text/common'
import { IconButton } from './IconButton'
import { useCopy } from './useCopy'

/** A line to be copied. Plain http has no clipboard: there the line is selected, ready for Ctrl+C. */
export function CopyLine({ label, text }: { label: string; text: string }) {
  const line = useRef<HTMLElement>(null)
  const { said, copy } = useCopy(text, line)

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
