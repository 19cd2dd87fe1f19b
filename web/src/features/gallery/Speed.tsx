import { gallery as text } from '@/text/gallery'
import { RATES } from './frames'

/** How fast a video plays. */
export function Speed({ rate, onChange }: { rate: number; onChange: (rate: number) => void }) {
  return (
    <label className="flex items-center gap-2 text-sm text-fg-2">
      {text.player.speed}
      <select
        value={rate}
        onChange={(event) => onChange(Number(event.target.value))}
        className="num h-9 rounded-md border bg-surface px-2 text-sm text-fg coarse:h-11"
      >
        {RATES.map((one) => (
          <option key={one} value={one}>
            {text.player.rate(one)}
          </option>
        ))}
      </select>
    </label>
  )
}
