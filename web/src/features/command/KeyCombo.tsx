import { Kbd } from '@/components/ui/Kbd'
import { hasCommandKey } from '@/lib/shortcuts'
import { command } from '@/text/command'

/** Keys as they are printed on the keyboard at hand. */
export function KeyCombo({ keys }: { keys: string }) {
  return (
    <span className="flex shrink-0 items-center gap-1 text-fg-2 coarse:hidden">
      {keys.split(' ').map((stroke, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: keys may repeat, and never move
        <span key={index} className="flex items-center gap-1">
          {index > 0 && <span className="text-2xs text-fg-3">{command.afterwards}</span>}
          {stroke.split('+').map((key) => (
            <Kbd key={key}>{named(key)}</Kbd>
          ))}
        </span>
      ))}
    </span>
  )
}

function named(key: string): string {
  if (key === 'mod') return command.mod[hasCommandKey() ? 'command' : 'control']
  return command.keyNames[key] ?? key.toUpperCase()
}
