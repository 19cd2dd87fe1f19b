import { Button } from '@/components/ui/Button'
import { Segmented } from '@/components/ui/Segmented'
import { useCommandStore } from '@/stores/commandStore'
import { type PreviewSetting, useUiStore } from '@/stores/uiStore'
import { settings } from '@/text/settings'
import { Row, Section } from './Section'
import { Toggle } from './Toggle'

const PREVIEWS: readonly PreviewSetting[] = ['all', 'focused', 'off']

export function WorkSection() {
  const previews = useUiStore((store) => store.previews)
  const letters = useUiStore((store) => store.letters)
  const set = useUiStore((store) => store.set)
  return (
    <Section title={settings.working}>
      <Row title={settings.previews} help={settings.previewsHelp}>
        <Segmented
          label={settings.previews}
          value={previews}
          options={PREVIEWS.map((value) => ({ value, label: settings.previewChoices[value] }))}
          onChange={(value) => set({ previews: value })}
          className="flex-wrap"
        />
      </Row>
      <Toggle
        title={settings.letters}
        help={settings.lettersHelp}
        on={letters}
        onChange={(on) => set({ letters: on })}
      />
      <div className="px-4 py-3">
        <Button onClick={() => useCommandStore.getState().open('shortcuts')}>{settings.showShortcuts}</Button>
      </div>
    </Section>
  )
}
