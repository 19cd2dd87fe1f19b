import { settings } from '@/text/settings'
import { AboutSection } from './AboutSection'
import { AlertsSection } from './AlertsSection'
import { DataSection } from './DataSection'
import { LookSection } from './LookSection'
import { SessionSection } from './SessionSection'
import { WorkSection } from './WorkSection'

export default function SettingsPage() {
  return (
    <div role="region" aria-label={settings.title} tabIndex={0} className="pane min-h-0 flex-1">
      <div className="mx-auto flex max-w-3xl flex-col gap-7 px-4 py-5">
        <div>
          <h1 className="text-lg font-semibold">{settings.title}</h1>
          <p className="text-sm text-fg-2">{settings.lead}</p>
        </div>
        <LookSection />
        <AlertsSection />
        <WorkSection />
        <DataSection />
        <SessionSection />
        <AboutSection />
      </div>
    </div>
  )
}
