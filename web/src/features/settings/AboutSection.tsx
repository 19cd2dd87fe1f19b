import { ExternalLink } from 'lucide-react'
import { address } from '@/lib/base'
import { useServerStore } from '@/stores/serverStore'
import { bytes, count } from '@/text/format'
import { settings } from '@/text/settings'
import { Section } from './Section'

export function AboutSection() {
  const config = useServerStore((store) => store.config)
  if (config === null) return null
  const { retention_ms, queue, picture } = config.limits
  const facts: readonly (readonly [string, string])[] = [
    [settings.version, config.version],
    [settings.retention, settings.keptFor(retention_ms)],
    [settings.queueLimit, count(queue)],
    [settings.pictureLimit, bytes(picture.max_bytes)],
  ]
  return (
    <Section title={settings.about}>
      <dl className="num grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 px-4 py-3 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-fg-3">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="flex flex-wrap gap-x-6 px-4 py-2">
        <Out to="/api/docs">{settings.api}</Out>
        <Out to="/api/docs/errors">{settings.errors}</Out>
      </p>
    </Section>
  )
}

function Out({ to, children }: { to: string; children: string }) {
  return (
    <a
      href={address(to)}
      target="_blank"
      rel="noreferrer"
      className="inline-flex min-h-8 items-center gap-1.5 text-sm font-medium text-accent-text underline underline-offset-2 coarse:min-h-11"
    >
      {children}
      <ExternalLink size={14} aria-hidden />
    </a>
  )
}
