/**
 * A file that is let go where no page takes one would be opened in the studio's place. Pages that take files listen
 * themselves; this only keeps the browser from leaving.
 */
export function keepStrayFiles(): void {
  const stay = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  }
  addEventListener('dragover', stay)
  addEventListener('drop', stay)
}
