/**
 * 128 random bits as hex, for Idempotency-Key. Not `crypto.randomUUID`, which does not exist on plain http in a LAN.
 */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
