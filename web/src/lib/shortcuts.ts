/** Keys typed in order, as text: `mod+k`, `?`, `shift+x`, or `g v` for one after the other. */
export interface Binding<Id extends string> {
  id: Id
  keys: string
}

/** What a key press is matched by; a `KeyboardEvent` has it all. */
export interface Press {
  key: string
  code: string
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  repeat: boolean
  isComposing: boolean
}

export interface Where {
  /** The focus is where letters are text. */
  typing: boolean
  /** Bindings without Ctrl or Cmd hold. */
  letters: boolean
}

/** Until then the second key of a sequence counts as such. */
const PATIENCE_MS = 1500

/** Finds out which binding a run of key presses means. */
export class Shortcuts<Id extends string> {
  #begun: { stroke: string; at: number } | null = null

  constructor(private readonly bindings: readonly Binding<Id>[]) {}

  /** The binding that this press completes; null when there is none (yet). `now` is in milliseconds. */
  press(press: Press, where: Where, now: number): Id | null {
    if (press.repeat || press.isComposing || MODIFIERS.has(press.key)) return null
    const begun = this.#begun
    this.#begun = null
    const stroke = strokeOf(press)
    const plain = !stroke.startsWith('mod+')
    if (plain && (where.typing || !where.letters)) return null
    if (begun && now - begun.at <= PATIENCE_MS) {
      const found = this.#find(`${begun.stroke} ${stroke}`)
      if (found) return found
    }
    const found = this.#find(stroke)
    if (found) return found
    if (this.bindings.some(({ keys }) => keys.startsWith(`${stroke} `))) this.#begun = { stroke, at: now }
    return null
  }

  #find(keys: string): Id | null {
    return this.bindings.find((binding) => binding.keys === keys)?.id ?? null
  }
}

const MODIFIERS: ReadonlySet<string> = new Set(['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock'])

/** A press as a binding writes it. */
export function strokeOf(press: Press): string {
  const key = keyOf(press)
  const letter = /^[a-z]$/.test(key)
  const parts = []
  if (press.ctrlKey || press.metaKey) parts.push('mod')
  if (press.altKey) parts.push('alt')
  // With other keys Shift has done its work already: it made `?` of `/`.
  if (press.shiftKey && (letter || key.length > 1)) parts.push('shift')
  return [...parts, key].join('+')
}

/** The key's sign; on a layout without Latin letters, the letter that is printed there on one with them. */
function keyOf({ key, code }: Press): string {
  const latin = key.length === 1 && key.charCodeAt(0) > 0x7e ? /^Key([A-Z])$/.exec(code)?.[1] : undefined
  return (latin ?? key).toLowerCase()
}

const NO_TEXT: ReadonlySet<string> = new Set([
  'button',
  'checkbox',
  'color',
  'file',
  'radio',
  'range',
  'reset',
  'submit',
])

/** Whether letters that are typed there are text, or jump to an entry of a list. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  if (target instanceof HTMLInputElement) return !NO_TEXT.has(target.type)
  return target.closest('textarea, select, [contenteditable]:not([contenteditable="false"]), [role="menu"]') !== null
}

/** Whether the keyboard has a Command key where others have Ctrl. */
export function hasCommandKey(platform = navigator.platform): boolean {
  return /^(Mac|iP)/.test(platform)
}
