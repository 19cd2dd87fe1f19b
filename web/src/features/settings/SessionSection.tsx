import { leave } from '@/actions/session'
import { Button } from '@/components/ui/Button'
import { toast } from '@/components/ui/toast'
import { useServerStore } from '@/stores/serverStore'
import { settings } from '@/text/settings'
import { Row, Section } from './Section'

export function SessionSection() {
  const session = useServerStore((store) => store.session)
  if (session === null) return null
  if (!session.keys) {
    return (
      <Section title={settings.session}>
        <p className="px-4 py-3 text-sm text-fg-2">{settings.noKeys}</p>
      </Section>
    )
  }
  const allowed = session.scopes.map((scope) => settings.scopeWords[scope] ?? scope)
  return (
    <Section title={settings.session}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 px-4 py-3 text-sm">
        <dt className="text-fg-3">{settings.who}</dt>
        <dd className="font-medium break-all">{session.name}</dd>
        <dt className="text-fg-3">{settings.scopes}</dt>
        <dd className="text-fg-2">{allowed.length > 0 ? allowed.join('; ') : settings.onlyRead}</dd>
      </dl>
      <Row title={settings.signOut} help={settings.signOutDetail}>
        <Button onClick={() => void signOut()}>{settings.signOut}</Button>
      </Row>
    </Section>
  )
}

async function signOut() {
  try {
    await leave()
  } catch (error) {
    toast.error(settings.signOutFailed, { description: error instanceof Error ? error.message : '' })
  }
}
