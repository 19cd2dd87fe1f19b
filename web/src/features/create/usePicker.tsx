import { type ReactElement, useRef } from 'react'

interface Picker {
  /** Opens the system's dialog; on a phone that offers the camera too. */
  open: () => void
  input: ReactElement
}

/** A file input without a face of its own. */
export function usePicker(accept: readonly string[], multiple: boolean, onFiles: (files: File[]) => void): Picker {
  const input = useRef<HTMLInputElement>(null)
  return {
    open: () => input.current?.click(),
    input: (
      <input
        ref={input}
        type="file"
        hidden
        accept={accept.join(',')}
        multiple={multiple}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          // Choosing the same file again must be heard too.
          event.target.value = ''
        }}
      />
    ),
  }
}
