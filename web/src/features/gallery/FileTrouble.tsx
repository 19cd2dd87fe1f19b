import { useCallback, useState } from 'react'
import { ErrorState } from '@/components/ui/ErrorState'
import { address } from '@/lib/base'
import { gallery as text } from '@/text/gallery'

type Trouble = 'gone' | 'unreadable'

/** Why a file could not be shown: the element does not say, so the server is asked for its first byte. */
export function useFileTrouble(url: string | undefined): [Trouble | null, () => Promise<void>, () => void] {
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const look = useCallback(async () => {
    if (url === undefined) return
    const response = await fetch(address(url), { headers: { Range: 'bytes=0-0' } }).catch(() => null)
    setTrouble(response?.status === 404 || response?.status === 410 ? 'gone' : 'unreadable')
  }, [url])
  return [trouble, look, () => setTrouble(null)]
}

export function FileTrouble({ trouble, onRetry }: { trouble: Trouble; onRetry: () => void }) {
  const gone = trouble === 'gone'
  return (
    // The stage is dark in both themes.
    <div data-theme="dark" className="text-fg">
      <ErrorState
        title={gone ? text.file.gone : text.file.unreadable}
        detail={gone ? text.file.goneBody : text.file.unreadableBody}
        {...(!gone && { onRetry })}
      />
    </div>
  )
}
