/** Copies it; false where the browser has no clipboard, as on plain http, or does not allow it now. */
export async function copyText(text: string): Promise<boolean> {
  if (!isSecureContext) return false
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
