export interface Size {
  width: number
  height: number
}

/** How EXIF wants a stored picture to be turned; the last character of an image's id says it. */
export function orientationIn(imageId: string): number {
  const found = Number(imageId.split('.')[1])
  return found >= 1 && found <= 8 ? found : 1
}

/** A stored picture's size as it is seen. */
export function asSeen({ width, height }: Size, orientation: number): Size {
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}

/** Turns a stored picture upright within a square, by orientation. */
export const TURNS: Readonly<Record<number, string>> = {
  2: 'scaleX(-1)',
  3: 'rotate(180deg)',
  4: 'scaleY(-1)',
  5: 'rotate(90deg) scaleY(-1)',
  6: 'rotate(90deg)',
  7: 'rotate(-90deg) scaleY(-1)',
  8: 'rotate(-90deg)',
}
