const QUALITIES = [0.92, 0.8]

/**
 * The same picture as WebP of at most so many bytes, null where it cannot be had. A large result as PNG is often over
 * what the server takes; at these qualities nobody sees the difference, and a model less.
 */
export async function lighter(picture: Blob, bytes: number): Promise<Blob | null> {
  const bitmap = await createImageBitmap(picture)
  const canvas = document.createElement('canvas')
  canvas.width = bitmap.width
  canvas.height = bitmap.height
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
  bitmap.close()
  for (const quality of QUALITIES) {
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', quality))
    // A browser that cannot write WebP gives a PNG.
    if (made?.type === 'image/webp' && made.size <= bytes) return made
  }
  return null
}
