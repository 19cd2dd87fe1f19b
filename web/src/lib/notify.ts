/** What reaches somebody who looks elsewhere: a sound, a notification of the system. Both only when asked for. */

export type Ending = 'done' | 'failed'

/** Notes of each chime, Hz: up for good news, down for bad. */
const NOTES: Record<Ending, readonly [number, number]> = { done: [659.25, 987.77], failed: [392, 261.63] }
const NOTE_SECONDS = 0.16
/** Jobs that end together ring once. */
const PAUSE_MS = 1500

let audio: AudioContext | null = null
let rangAt = Number.NEGATIVE_INFINITY

/** Browsers let a page make sounds only after it was touched; the answer stops waiting for that. */
export function unlockSound(): () => void {
  const gestures = ['pointerdown', 'keydown'] as const
  const unlock = () => {
    if (!('AudioContext' in window)) return
    audio ??= new AudioContext()
    void audio.resume()
  }
  for (const gesture of gestures) addEventListener(gesture, unlock, { once: true, capture: true })
  return () => {
    for (const gesture of gestures) removeEventListener(gesture, unlock, { capture: true })
  }
}

/** Two short notes; nothing before the page was touched, or right after another chime. */
export function chime(ending: Ending, now = Date.now()): void {
  if (audio === null || now - rangAt < PAUSE_MS) return
  rangAt = now
  const start = audio.currentTime + 0.02
  for (const [index, frequency] of NOTES[ending].entries()) play(audio, frequency, start + index * NOTE_SECONDS)
}

function play(context: AudioContext, frequency: number, at: number): void {
  const tone = context.createOscillator()
  const volume = context.createGain()
  tone.type = 'sine'
  tone.frequency.value = frequency
  // In and out softly: a tone that is cut clicks.
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(0.16, at + 0.015)
  volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_SECONDS * 2)
  tone.connect(volume).connect(context.destination)
  tone.start(at)
  tone.stop(at + NOTE_SECONDS * 2)
}

/** Plain http has no notifications, nor do some browsers on https. */
export function canNotify(): boolean {
  return isSecureContext && 'Notification' in window
}

/** Asks the user, once; whether notifications may be shown. */
export async function askToNotify(): Promise<boolean> {
  if (!canNotify()) return false
  return (await Notification.requestPermission()) === 'granted'
}

/** Shows one if that is allowed and nobody looks at the page; a second one with the same tag takes its place. */
export function notify(title: string, body: string, tag: string): void {
  if (!canNotify() || Notification.permission !== 'granted' || document.visibilityState === 'visible') return
  try {
    const shown = new Notification(title, { body, tag })
    shown.onclick = () => {
      window.focus()
      shown.close()
    }
  } catch {
    // Chrome on Android has the name, and throws: there only a service worker may show them.
  }
}
