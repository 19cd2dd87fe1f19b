import { create } from 'zustand'
import { persist } from 'zustand/middleware'

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

/** `public/boot.js` reads theme and hue under this name before anything is painted. */
export const useUiStore = create<UiStore>()(
  persist(
    (set) => ({
      theme: 'system',
      hue: DEFAULT_HUE,
      sound: false,
      notifications: false,
      previews: 'all',
      letters: true,
      focused: null,
      set: (change) => set(change),
    }),
    { name: 'spool.ui', version: 1, partialize: ({ focused: _focused, set: _set, ...kept }) => kept },
  ),
)
