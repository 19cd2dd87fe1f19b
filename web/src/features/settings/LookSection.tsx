import clsx from 'clsx'
import { Check, RotateCcw } from 'lucide-react'
import { useId } from 'react'
import { IconButton } from '@/components/ui/IconButton'
import { Segmented } from '@/components/ui/Segmented'
import { Slider } from '@/components/ui/Slider'
import { DEFAULT_HUE, type Theme, useUiStore } from '@/stores/uiStore'
import { settings } from '@/text/settings'
import { Row, Section } from './Section'

const THEMES: readonly Theme[] = ['system', 'light', 'dark']
const HUES = Object.entries(settings.hues).map(([hue, name]) => ({ hue: Number(hue), name }))

export function LookSection() {
  const theme = useUiStore((store) => store.theme)
  const set = useUiStore((store) => store.set)
  return (
    <Section title={settings.look}>
      <Row title={settings.theme}>
        <Segmented
          label={settings.theme}
          value={theme}
          options={THEMES.map((value) => ({ value, label: settings.themes[value] }))}
          onChange={(value) => set({ theme: value })}
        />
      </Row>
      <Hue />
    </Section>
  )
}

function Hue() {
  const id = useId()
  const hue = useUiStore((store) => store.hue)
  const set = useUiStore((store) => store.set)
  return (
    <Row title={settings.hue} labelFor={id} help={settings.hueHelp} helpId={`${id}-help`}>
      <div className="flex w-full flex-col gap-2 sm:w-80">
        <div className="flex items-center gap-2">
          <Slider
            id={id}
            min={0}
            max={359}
            value={hue}
            aria-describedby={`${id}-help`}
            aria-valuetext={settings.degrees(hue)}
            onChange={(moved) => set({ hue: moved })}
            className="min-w-0 flex-1"
          />
          <span className="num w-10 text-right text-xs text-fg-2">{settings.degrees(hue)}</span>
          <IconButton
            label={settings.hueReset}
            size="sm"
            icon={<RotateCcw size={16} />}
            disabled={hue === DEFAULT_HUE}
            onClick={() => set({ hue: DEFAULT_HUE })}
          />
        </div>
        <div className="flex flex-wrap gap-0.5">
          {HUES.map((one) => (
            <button
              key={one.hue}
              type="button"
              aria-label={one.name}
              aria-pressed={one.hue === hue}
              onClick={() => set({ hue: one.hue })}
              className={clsx(
                'flex size-8 items-center justify-center rounded-full border-2 coarse:size-11',
                one.hue === hue ? 'border-fg' : 'border-transparent',
              )}
            >
              <span
                aria-hidden
                className="flex size-6 items-center justify-center rounded-full text-white coarse:size-8"
                style={{ background: `oklch(0.545 0.2 ${one.hue})` }}
              >
                {one.hue === hue && <Check size={14} />}
              </span>
            </button>
          ))}
        </div>
      </div>
    </Row>
  )
}
