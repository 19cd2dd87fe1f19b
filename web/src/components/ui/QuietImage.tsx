import { type ComponentProps, useState } from 'react'

interface QuietImageProps extends Omit<ComponentProps<'img'>, 'onError'> {
  src: string
}

/** A picture that nobody misses: left out when its file is gone. */
export function QuietImage({ src, alt = '', ...props }: QuietImageProps) {
  const [gone, setGone] = useState<string | null>(null)
  if (gone === src) return null
  return <img src={src} alt={alt} {...props} onError={() => setGone(src)} />
}
