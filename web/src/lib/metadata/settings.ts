/** What a file tells of how its content was made: a request's fields, `workflow` among them, and what else it says. */
export type Settings = { workflow: string } & Record<string, unknown>

/** Reads text as settings; null for whatever else it is. */
export function readSettings(text: string): Settings | null {
  try {
    const value: unknown = JSON.parse(text)
    return isSettings(value) ? value : null
  } catch {
    return null
  }
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && 'workflow' in value && typeof value.workflow === 'string'
}
