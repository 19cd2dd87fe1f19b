import {
  ArrowUpRight,
  Film,
  GalleryHorizontalEnd,
  ListVideo,
  type LucideIcon,
  Server,
  WandSparkles,
} from 'lucide-react'
import { paths } from '@/lib/go'
import { shell } from '@/text/shell'

export interface Page {
  path: string
  label: string
  Icon: LucideIcon
}

/** What the header and the tabs offer, in order. */
export const PAGES: readonly Page[] = [
  { path: paths.video, label: shell.pages.video, Icon: Film },
  { path: paths.edit, label: shell.pages.edit, Icon: WandSparkles },
  { path: paths.upscale, label: shell.pages.upscale, Icon: ArrowUpRight },
  { path: paths.jobs, label: shell.pages.jobs, Icon: ListVideo },
  { path: paths.gallery, label: shell.pages.gallery, Icon: GalleryHorizontalEnd },
  { path: paths.fleet, label: shell.pages.fleet, Icon: Server },
]

/** Whether the address belongs to the page. */
export function isAt(location: string, path: string): boolean {
  return path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`)
}
