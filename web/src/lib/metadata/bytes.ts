/** Bytes as Latin-1 text. Not by TextDecoder, whose `latin1` is Windows-1252 and has other signs from 0x80 to 0x9f. */
export function latin(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
