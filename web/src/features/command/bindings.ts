import { go, paths } from '@/lib/go'
import type { Binding } from '@/lib/shortcuts'
import { useCommandStore } from '@/stores/commandStore'
import { cancelFocused } from './focusedJob'
import { focusPrompt } from './focusPrompt'

type Shortcut = 'menu' | 'help' | 'prompt' | 'cancel' | 'video' | 'edit' | 'upscale' | 'jobs' | 'gallery' | 'fleet'

/** Shortcuts that hold on every page; those of one page live there. `SHEET` in `text/command.ts` lists them all. */
export const BINDINGS: readonly Binding<Shortcut>[] = [
  { id: 'menu', keys: 'mod+k' },
  { id: 'help', keys: '?' },
  { id: 'prompt', keys: '/' },
  { id: 'cancel', keys: 'shift+x' },
  { id: 'video', keys: 'g v' },
  { id: 'edit', keys: 'g e' },
  { id: 'upscale', keys: 'g u' },
  { id: 'jobs', keys: 'g j' },
  { id: 'gallery', keys: 'g g' },
  { id: 'fleet', keys: 'g f' },
]

export const SHORTCUTS: Record<Shortcut, () => void> = {
  menu: () => {
    const { shown, open, close } = useCommandStore.getState()
    if (shown === 'menu') close()
    else open('menu')
  },
  help: () => useCommandStore.getState().open('shortcuts'),
  prompt: focusPrompt,
  cancel: () => void cancelFocused(),
  video: () => go(paths.video),
  edit: () => go(paths.edit),
  upscale: () => go(paths.upscale),
  jobs: () => go(paths.jobs),
  gallery: () => go(paths.gallery),
  fleet: () => go(paths.fleet),
}
