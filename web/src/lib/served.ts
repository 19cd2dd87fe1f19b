const PATIENCE_MS = 5000

/** Whether the server answers with the studio; no cache may say so in its place. */
export async function isServed(): Promise<boolean> {
  try {
    const response = await fetch(document.baseURI, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) })
    return response.ok
  } catch {
    return false
  }
}
