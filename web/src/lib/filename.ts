const LONGEST = 48
const ENDINGS: Record<string, string> = {
  'video/mp4': 'mp4',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
}

interface Named {
  id: string
  /** What it is of: a prompt, else what was done. */
  about: string
  contentType: string
  /** Which of several. */
  index?: number | null
}

/** `spool-the-cat-turns-its-head-1f0d7c52.mp4`: letters and digits of any script, words cut whole. */
export function resultName({ id, about, contentType, index = null }: Named): string {
  const words = about
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean)
  let slug = ''
  for (const word of words) {
    const longer = slug === '' ? word : `${slug}-${word}`
    if (longer.length > LONGEST) break
    slug = longer
  }
  // A script without spaces is one long word.
  if (slug === '') slug = [...(words[0] ?? '')].slice(0, LONGEST).join('')
  const parts = ['spool', slug, id.slice(0, 8), index === null ? '' : String(index)]
  return `${parts.filter(Boolean).join('-')}.${ENDINGS[contentType] ?? 'bin'}`
}
