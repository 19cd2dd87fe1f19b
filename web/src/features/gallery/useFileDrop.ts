import { useEffect, useState } from 'react'
import { importFile } from '@/actions/importFile'
import { toast } from '@/components/ui/toast'
import { config as text } from '@/text/config'

/** Takes files dropped anywhere on the page, for the settings in them. True while one is held over it. */
export function useFileDrop(): boolean {
  const [over, setOver] = useState(false)
  useEffect(() => {
    let depth = 0
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const enter = (event: DragEvent) => {
      if (!carries(event)) return
      depth += 1
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (!carries(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    // Without it the browser opens the file in place of the page.
    const hold = (event: DragEvent) => carries(event) && event.preventDefault()
    const drop = (event: DragEvent) => {
      if (!carries(event)) return
      event.preventDefault()
      depth = 0
      setOver(false)
      const [file] = event.dataTransfer?.files ?? []
      if (file) void take(file)
    }
    addEventListener('dragenter', enter)
    addEventListener('dragleave', leave)
    addEventListener('dragover', hold)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragenter', enter)
      removeEventListener('dragleave', leave)
      removeEventListener('dragover', hold)
      removeEventListener('drop', drop)
    }
  }, [])
  return over
}

/** Offers the settings in a file, and says so when there are none. */
export async function take(file: File): Promise<void> {
  if (!(await importFile(file))) toast.error(text.file.none, { description: file.name })
}
