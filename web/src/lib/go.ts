import { navigate } from 'wouter/use-browser-location'
import { basePath } from './base'

/** Every page's address, from the studio's root. */
export const paths = {
  video: '/',
  edit: '/edit',
  upscale: '/upscale',
  jobs: '/jobs',
  gallery: '/gallery',
  result: (id: string) => `/gallery/${id}`,
  fleet: '/fleet',
  settings: '/settings',
} as const

/** Where jobs of a workflow are made. */
export const createPaths = { i2v: paths.video, qwen: paths.edit, upscale: paths.upscale } as const

/** Goes there, from code that is no component. */
export function go(path: string): void {
  navigate(basePath() + path)
}
