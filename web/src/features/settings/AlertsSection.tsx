import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/Button'
import { askToNotify, canNotify, chime, unlockSound } from '@/lib/notify'
import { useUiStore } from '@/stores/uiStore'
import { settings } from '@/text/settings'
import { Section } from './Section'
import { Toggle } from './Toggle'

/** Why this page may show no notifications; null if it may, or may still ask. */
function whyNot(): string | null {
  if (!isSecureContext) return settings.insecure
  if (!canNotify()) return settings.unsupported
  return Notification.permission === 'denied' ? settings.denied : null
}

export function AlertsSection() {
  const sound = useUiStore((store) => store.sound)
  const set = useUiStore((store) => store.set)
  // The press of the test button counts as the touch that browsers want before a sound.
  useEffect(unlockSound, [])
  return (
    <Section title={settings.alerts}>
      <Toggle title={settings.sound} help={settings.soundHelp} on={sound} onChange={(on) => set({ sound: on })}>
        <Button size="sm" aria-label={`${settings.test}: ${settings.testDone}`} onClick={() => chime('done')}>
          {settings.test}
        </Button>
      </Toggle>
      <Notifications />
    </Section>
  )
}

function Notifications() {
  const on = useUiStore((store) => store.notifications)
  const set = useUiStore((store) => store.set)
  const [unavailable, setUnavailable] = useState(whyNot)

  async function change(wanted: boolean) {
    const granted = wanted && (await askToNotify())
    set({ notifications: granted })
    setUnavailable(whyNot())
  }

  return (
    <Toggle
      title={settings.notifications}
      help={settings.notificationsHelp}
      on={on && unavailable === null}
      unavailable={unavailable}
      onChange={(wanted) => void change(wanted)}
    />
  )
}
