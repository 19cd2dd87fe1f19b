import { plural } from './format'

/** Settings that come from a job or a file, and what is said of them. */
export const config = {
  title: 'Use these settings?',
  from: (source: string) => `From “${source}”.`,
  page: (page: string) => `They go to the ${page} page.`,
  field: 'Setting',
  now: 'Now',
  offered: 'Then',
  nothing: 'Nothing would change: the form holds these settings already.',
  pictures: 'Pictures',
  noPicture: 'none',
  empty: 'empty',
  auto: { random: 'random', picture: 'as the picture', none: 'none' },
  variations: 'Variations',
  priority: 'Priority',
  picture: (name: string, width: number, height: number) => `${name}, ${width} × ${height}`,
  pictureNumber: (number: number) => `Picture ${number}`,
  take: 'Take',
  parts: { all: 'Everything', settings: 'Settings only', pictures: 'Pictures only' },
  use: 'Use them',
  used: 'Settings taken over',
  restored: 'The form is as it was',
  warnings: 'Before you use them',
  sources: { job: 'an earlier job', file: (name: string) => name },

  refused: {
    unknown: (workflow: string) =>
      `This server has no workflow “${workflow}”. The settings may come from a newer version.`,
    noServer: 'The server has not said yet what it can do. Try again in a moment.',
    cannotRead: 'The settings could not be read.',
  },

  left: {
    unknownKeys: (keys: readonly string[]) =>
      `This server does not know ${keys.map((key) => `“${key}”`).join(', ')}: left out.`,
    newer: (theirs: string, ours: string) =>
      `Made by a newer version (${theirs}; this server has ${ours}). Compare before you run it.`,
    range: (label: string, value: string, minimum: string, maximum: string) =>
      `${label} ${value} is outside ${minimum} – ${maximum}: left out.`,
    step: (label: string, value: string, step: string, minimum: string) =>
      `${label} ${value} is not ${minimum} plus a multiple of ${step}: left out.`,
    choice: (label: string, value: string) => `${label} “${value}” is not offered here: left out.`,
    long: (label: string, length: number, most: number) =>
      `${label} has ${length} characters, more than ${most}: left out.`,
    kind: (label: string) => `${label} is not of the right kind: left out.`,
    size: (width: number, height: number) => `${width} × ${height} is not a size this server can make: left out.`,
    noPictures: 'A result does not hold the pictures it was made from. Choose them again.',
    gone: (label: string) => `${label}: the picture is no longer on this server. Choose it again.`,
    unreadable: (label: string) => `${label}: the picture in the file cannot be read. Choose it again.`,
    refusedPicture: (label: string, why: string) => `${label}: ${why}`,
    tooMany: (label: string, most: number) => `${label}: only the first ${plural(most, 'picture')} can be used.`,
  },

  file: {
    none: 'There are no Spool settings in this file',
    failed: 'The file could not be read',
  },
} as const

/** Going on with a result. */
export const next = {
  taken: {
    edit: 'The picture is on the Edit page',
    start: 'The picture is on the Video page',
    'last-frame': 'The last frame is on the Video page',
    upscale: 'The picture is on the Upscale page',
  },
  failed: 'The result could not be taken over',
  kind: 'The server takes PNG, JPEG and WebP pictures only.',
  bytes: (size: string, most: string) => `It has ${size}; the server takes pictures up to ${most}.`,
  pixels: (width: number, height: number) => `${width} × ${height} is larger than the server takes.`,
  gone: 'Its file is gone from the server.',
  noFrame: 'This browser could not read the last frame.',
} as const
