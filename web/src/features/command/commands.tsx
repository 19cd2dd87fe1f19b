import {
  ArrowUpRight,
  Ban,
  BookOpen,
  Film,
  GalleryHorizontalEnd,
  Keyboard,
  ListVideo,
  LogOut,
  Monitor,
  Moon,
  PenLine,
  Plus,
  Server,
  Settings,
  Sun,
  Volume2,
  VolumeX,
  WandSparkles,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { leave } from '@/actions/session'
import { toast } from '@/components/ui/toast'
import { address } from '@/lib/base'
import { go, paths } from '@/lib/go'
import { useCommandStore } from '@/stores/commandStore'
import { useServerStore } from '@/stores/serverStore'
import { type Theme, useUiStore } from '@/stores/uiStore'
import { command } from '@/text/command'
import { settings } from '@/text/settings'
import { shell } from '@/text/shell'
import { cancelFocused, focusedJob } from './focusedJob'
import { focusPrompt } from './focusPrompt'

export interface Command {
  id: string
  group: 'pages' | 'actions'
  label: string
  /** Words that find it beside its label. */
  also?: string
  keys?: string
  icon: ReactNode
  run: () => void
}

const SIZE = 18

function page(path: string, label: string, icon: ReactNode, keys?: string, also?: string): Command {
  return { id: path, group: 'pages', label, icon, run: () => go(path), ...(keys && { keys }), ...(also && { also }) }
}

function action(id: string, label: string, icon: ReactNode, run: () => void, more: Partial<Command> = {}): Command {
  return { id, group: 'actions', label, icon, run, ...more }
}

/** What can be done now. */
export function commands(): Command[] {
  const { pages } = shell
  const { actions, also } = command
  const { sound, set } = useUiStore.getState()
  const session = useServerStore.getState().session
  return [
    page(paths.video, pages.video, <Film size={SIZE} />, 'g v', also.newVideo),
    page(paths.edit, pages.edit, <WandSparkles size={SIZE} />, 'g e', also.newEdit),
    page(paths.upscale, pages.upscale, <ArrowUpRight size={SIZE} />, 'g u', also.newUpscale),
    page(paths.jobs, pages.jobs, <ListVideo size={SIZE} />, 'g j'),
    page(paths.gallery, pages.gallery, <GalleryHorizontalEnd size={SIZE} />, 'g g'),
    page(paths.fleet, pages.fleet, <Server size={SIZE} />, 'g f'),
    page(paths.settings, pages.settings, <Settings size={SIZE} />, undefined, also.settings),
    action('prompt', actions.focusPrompt, <PenLine size={SIZE} />, focusPrompt, { keys: '/' }),
    ...(focusedJob()
      ? [action('cancel', actions.cancelFocused, <Ban size={SIZE} />, () => void cancelFocused(), { keys: 'shift+x' })]
      : []),
    action('add', actions.addNode, <Plus size={SIZE} />, () => go(`${paths.fleet}?add`), { also: also.addNode }),
    ...themes(),
    action(
      'sound',
      sound ? actions.soundOff : actions.soundOn,
      sound ? <VolumeX size={SIZE} /> : <Volume2 size={SIZE} />,
      () => set({ sound: !sound }),
    ),
    action('shortcuts', actions.shortcuts, <Keyboard size={SIZE} />, openSheet, { keys: '?', also: also.shortcuts }),
    action('api', actions.api, <BookOpen size={SIZE} />, () => window.open(address('/api/docs'), '_blank', 'noopener')),
    ...(session?.keys
      ? [action('sign-out', actions.signOut, <LogOut size={SIZE} />, () => void signOut(), { also: also.signOut })]
      : []),
  ]
}

function themes(): Command[] {
  const { theme, set } = useUiStore.getState()
  const icons: Record<Theme, ReactNode> = {
    dark: <Moon size={SIZE} />,
    light: <Sun size={SIZE} />,
    system: <Monitor size={SIZE} />,
  }
  return (['dark', 'light', 'system'] as const)
    .filter((one) => one !== theme)
    .map((one) =>
      action(`theme-${one}`, command.actions[one], icons[one], () => set({ theme: one }), { also: command.also.theme }),
    )
}

function openSheet() {
  useCommandStore.getState().open('shortcuts')
}

async function signOut() {
  try {
    await leave()
  } catch (error) {
    toast.error(settings.signOutFailed, { description: error instanceof Error ? error.message : '' })
  }
}
