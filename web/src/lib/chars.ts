/** Length as the server counts it: Unicode scalar values, not UTF-16 units. */
export function countChars(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
