/** What the tab's icon shows. */
export interface Icon {
  /** 0–1 of what runs; null when nothing does. */
  progress: number | null
  /** Something ended that nobody has seen yet. */
  ended: 'done' | 'failed' | null
  /** The accent's. */
  hue: number
}

const RADIUS = 13
const ROUND = 2 * Math.PI * RADIUS
const ENDED = { done: 'oklch(0.72 0.17 155)', failed: 'oklch(0.62 0.21 25)' }

let original: string | null = null

/** Shows it; the icon of the page itself when there is nothing to say. */
export function showFavicon(icon: Icon): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  if (!link) return
  original ??= link.getAttribute('href') ?? ''
  const href = icon.progress === null && icon.ended === null ? original : address(icon)
  if (link.getAttribute('href') !== href) link.setAttribute('href', href)
}

function address(icon: Icon): string {
  return `data:image/svg+xml,${encodeURIComponent(drawing(icon))}`
}

/** A ring that fills, and a dot in the corner for what ended; steps of 5 %, since more is not seen at this size. */
export function drawing({ progress, ended, hue }: Icon): string {
  const accent = `oklch(0.545 0.2 ${hue})`
  const filled = progress === null ? 1 : Math.max(0.05, Math.floor(progress * 20) / 20)
  const dot = ended === null ? '' : `<circle cx="25" cy="25" r="7" fill="${ENDED[ended]}"/>`
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    `<circle cx="16" cy="16" r="${RADIUS}" fill="none" stroke="oklch(0.7 0.02 ${hue})" stroke-width="5"/>` +
    `<circle cx="16" cy="16" r="${RADIUS}" fill="none" stroke="${accent}" stroke-width="5" ` +
    `stroke-dasharray="${(ROUND * filled).toFixed(1)} ${ROUND.toFixed(1)}" transform="rotate(-90 16 16)"/>` +
    `<circle cx="16" cy="16" r="5" fill="${accent}"/>${dot}</svg>`
  )
}
