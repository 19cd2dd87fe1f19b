import { patiently } from '@/lib/late'

/** Offers the settings that a result file or an exported config holds; false when it holds none. */
export async function importFile(file: File): Promise<boolean> {
  const [{ readFile }, { propose }, { config: text }] = await patiently(() =>
    Promise.all([import('@/lib/metadata/read'), import('./proposal'), import('@/text/config')]),
  )
  const read = await readFile(file).catch(() => null)
  if (!read) return false
  const more = read.kind === 'result' ? [text.left.noPictures] : []
  await propose(read.settings, text.sources.file(file.name), undefined, more)
  return true
}
