import * as v from 'valibot'
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { browserStorage, followOtherTabs } from './kept'

export type Theme = 'system' | 'light' | 'dark'
export type PreviewSetting = 'all' | 'focused' | 'off'

interface UiStore {
  theme: Theme
  /** The accent, degrees of OKLCH. */
  hue: number
  sound: boolean
  notifications: boolean
  previews: PreviewSetting
  /** Shortcuts of single letters (WCAG 2.1.4 wants a way to turn them off). */
  letters: boolean
  /** The job on the stage; null shows the newest that runs. Not kept. */
  focused: string | null
  set: (change: Partial<Omit<UiStore, 'set'>>) => void
}

export const DEFAULT_HUE = 272

const DEFAULTS = {
  theme: 'system',
  hue: DEFAULT_HUE,
  sound: false,
  notifications: false,
  previews: 'all',
  letters: true,
} as const

type Kept = Omit<UiStore, 'focused' | 'set'>

const kept = v.fallback(
  v.object({
    theme: v.fallback(v.picklist(['system', 'light', 'dark']), DEFAULTS.theme),
    hue: v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(360)), DEFAULTS.hue),
    sound: v.fallback(v.boolean(), DEFAULTS.sound),
    notifications: v.fallback(v.boolean(), DEFAULTS.notifications),
    previews: v.fallback(v.picklist(['all', 'focused', 'off']), DEFAULTS.previews),
    letters: v.fallback(v.boolean(), DEFAULTS.letters),
  }),
  DEFAULTS,
)

/** `public/boot.js` reads theme and hue under this name before anything is painted. */
export const useUiStore = create<UiStore>()(
  persist(
    (set) => ({
      ...DEFAULTS,
      focused: null,
      set: (change) => set(change),
    }),
    {
      name: 'spool.ui',
      version: 1,
      storage: browserStorage<Kept>(),
      partialize: ({ focused: _focused, set: _set, ...settings }) => settings,
      // Read by its parts, whichever version wrote it.
      migrate: (settings) => settings as Kept,
      merge: (settings, current) => ({ ...current, ...v.parse(kept, settings) }),
    },
  ),
)
followOtherTabs(useUiStore)
