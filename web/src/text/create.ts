import { about, count, duration, NO_BREAK, plural, type Span } from './format'

interface Pixels {
  width: number
  height: number
}

/** `832 × 480` */
export function pixels(size: Pixels): string {
  return `${size.width} × ${size.height}`
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const mebibytes = (count: number) => `${(count / 2 ** 20).toFixed(1).replace(/\.0$/, '')}${NO_BREAK}MiB`

/** Create: the forms, the preflight and the stage. */
export const create = {
  composer: 'Settings',
  submit: { i2v: 'Generate', qwen: 'Generate', upscale: 'Upscale' },
  submitMany: (verb: string, jobs: number) => (jobs > 1 ? `${verb} ${jobs}` : verb),
  sending: 'Sending…',
  reset: 'Reset the form',
  wasReset: 'The form was reset',
  backTo: (value: string) => `Use ${value}`,
  loading: 'Loading the settings',

  preset: {
    label: 'Preset',
    pace: { lightning: 'fast', quality: 'slow' } as Record<string, string>,
    steps: (steps: number) => plural(steps, 'step'),
  },
  size: {
    label: 'Size',
    shapes: { picture: 'From picture', wide: 'Wide', tall: 'Tall', square: 'Square' },
    areas: { small: '480p', large: '720p' },
    area: 'Resolution',
    width: 'Width',
    height: 'Height',
    swap: 'Swap width and height',
    follows: 'Follows the first picture.',
    waits: 'Follows the first picture, once there is one.',
    rule: (unit: number, low: number, high: number) => `Multiples of ${unit} from ${low} to ${count(high)}.`,
  },
  length: {
    label: 'Length',
    unit: 'frames',
    lasts: (frames: number, fps: number) => `${seconds(frames, fps)} at ${fps} frames a second.`,
  },
  quality: {
    title: 'Quality and seed',
    seedOnly: 'Seed',
    negativeOff: 'Not used at a CFG scale of 1. Raise it to use this.',
    steps: (preset: string, steps: number) => `${preset} is tuned for ${steps}.`,
    cfg: 'Higher follows the prompt more closely. Any value but 1 doubles the time.',
    cfgOne: 'At 1 each step runs the model once.',
  },
  seed: {
    label: 'Seed',
    random: 'Random',
    dice: 'Draw a seed',
    lock: 'Keep the seed of the job on the stage',
    unlock: 'Use a random seed again',
    help: 'A new one is drawn for each job.',
    fixed: 'The same seed with the same settings gives the same result.',
  },
  variations: {
    label: 'Variations',
    seeds: (first: number, last: number) => `Seeds ${first} to ${last}.`,
    random: 'Each with a seed of its own.',
  },
  scale: {
    label: 'Scale',
    times: (factor: number) => `${factor}×`,
    from: (before: Pixels, after: Pixels) => `${pixels(before)} becomes ${pixels(after)}.`,
  },

  pictures: {
    drop: 'Drop, paste or choose a picture',
    dropShort: 'Add picture',
    replace: 'Replace',
    remove: (name: string) => `Remove ${name}`,
    number: (number: number) => `Picture ${number}`,
    of: (has: number, most: number) => `${has} of ${most}`,
    optional: 'optional',
    earlier: (number: number) => `Move picture ${number} forward`,
    later: (number: number) => `Move picture ${number} back`,
    moved: (from: number, to: number) => `Picture ${from} is now picture ${to}`,
    order: 'The prompt may call them picture 1, 2 and 3. Drag or use the arrows to change the order.',
    sending: (name: string, percent: string) => `Sending ${name}, ${percent}`,
    retry: 'Try again',
    gone: 'The server no longer has this picture. Choose it again.',
    lastFrame: 'Last frame',
    /** What the model sees of it. */
    crop: (kept: Pixels) => `Uses ${pixels(kept)}`,
    replaced: 'The picture was replaced',
    types: (name: string) => `${name} is not a picture that can be read. Use PNG, JPEG or WebP.`,
    empty: (name: string) => `${name} is empty.`,
    tooBig: (name: string, size: number, most: number) =>
      `${name} has ${mebibytes(size)}. A picture may have ${mebibytes(most)}.`,
    tooMany: (most: number) => `${plural(most, 'picture')} at most. Remove one first.`,
    pasted: 'Pasted picture',
    unsent: (name: string) => `${name} could not be sent. Try again or remove it first.`,
    refused: (name: string, why: string) => `${name}: ${why}`,
    stillSending: 'A picture is still being sent. Press again in a moment.',
    noSettings: (name: string) => `${name} holds no settings of Spool`,
    hasSettings: 'This picture holds the settings it was made with',
    useSettings: 'Use its settings',
  },
  overlay: {
    title: 'Drop to add',
    as: (label: string) => `Use as ${label.toLowerCase()}`,
    add: (has: number, most: number) => `Add a picture, ${has} of ${most} there`,
    full: (most: number) => `All ${most} places are taken`,
    results: 'A result of Spool (mp4, json) brings its settings back.',
  },
  prompt: {
    label: 'Prompt',
    counter: (used: number, most: number) => `${used} / ${most}`,
    over: (by: number) => `${plural(by, 'character')} too many`,
    placeholder: {
      i2v: 'What should happen: movement, camera, light',
      qwen: 'What should change, and what should stay',
      upscale: '',
    },
    history: 'Prompt history',
    historyHint: 'Alt + ↑ ↓ in the field steps through them.',
    search: 'Search prompts',
    none: 'No prompts yet. What you send is kept here.',
    nothing: 'No prompt matches.',
    long: 'Characters, as the server counts them',
  },

  /** What a field must be; names the field and the limit. */
  wrong: {
    required: (label: string) => `${label} is missing`,
    prompt: 'Write what should happen',
    pictureFirst: 'Add a picture first',
    picturesFirst: 'Add at least one picture',
    number: (label: string) => `${label} must be a number`,
    whole: (label: string) => `${label} must be a whole number`,
    range: (label: string, low: number, high: number, is: number) =>
      `${label} must be from ${low} to ${high}; it is ${is}`,
    step: (label: string, low: number, step: number, is: number) =>
      `${label} must be ${low} plus a multiple of ${step}; it is ${is}`,
    multiple: (label: string, step: number, is: number) => `${label} must be a multiple of ${step}; it is ${is}`,
    long: (label: string, most: number, is: number) => `${label} may have ${most} characters; it has ${is}`,
    short: (label: string, least: number) => `${label} needs at least ${plural(least, 'character')}`,
    choice: (label: string, choices: string) => `${label} must be one of ${choices}`,
    items: (label: string, most: number) => `${label}: ${most} at most`,
    area: (size: Pixels, most: number) =>
      `${pixels(size)} is ${count(size.width * size.height)} pixels; at most ${count(most)} are allowed`,
    half: 'Width and height belong together: give both or neither',
    negative: 'Negative prompt needs a CFG scale other than 1',
    scale: (factor: number, size: Pixels, side: number, all: number) =>
      `${factor}× would make ${pixels(size)}; the result may have ${count(side)} pixels a side and ${count(all)} in all`,
    some: (fields: number) => `${fields} fields need a look`,
  },
  failed: {
    unreachable: 'The server cannot be reached. Your draft is kept; press again.',
    full: (depth: number, limit: number) =>
      `The queue is full (${count(depth)} of ${count(limit)}). Your draft is kept.`,
    retryIn: (ms: number) => `Try again in ${duration(ms)}.`,
    kept: (detail: string) => `${capital(detail).replace(/\.?$/, '.')} Your draft is kept.`,
    some: (sent: number, of: number) => `${sent} of ${of} were sent. Press again for the rest.`,
  },

  preflight: {
    title: 'What will be made',
    frames: (frames: number) => plural(frames, 'frame'),
    seconds,
    free: (span: Span) => `${capital(about(span))} once it starts`,
    noEstimate: 'No estimate yet',
    ahead: (jobs: number) => `${count(jobs)} ahead of you`,
    times: (jobs: number) => `${jobs} jobs`,
    noPicture: 'Size follows the picture',
    waits: 'It waits until one joins; you can send it now.',
    cannot: (needed: string) => `No connected GPU can run ${needed}.`,
    closest: (words: string) => `The closest one can do ${words}.`,
    use: (words: string) => `Use ${words}`,
  },

  stage: {
    label: 'Stage',
    empty: {
      i2v: 'Your next clip appears here',
      qwen: 'Your next picture appears here',
      upscale: 'Your enlarged picture appears here',
    },
    emptyDetail: 'You can close this tab: the job goes on, and shows up on every device.',
    live: 'Live preview',
    previewAlt: 'The work so far',
    resultAlt: (title: string) => `Result: ${title}`,
    beforeAlt: 'The picture it was made from',
    noEstimate: 'no estimate yet',
    elapsed: (ms: number) => `${duration(ms)} so far`,
    took: (ms: number) => `took ${duration(ms)}`,
    next: {
      edit: 'Edit',
      start: 'Animate',
      'last-frame': 'Continue from its last frame',
      upscale: 'Upscale',
    },
    nextOf: 'Continue with this result',
    compare: 'Before and after',
    gone: 'The file is gone from the server.',
    use: (words: string) => `Use ${words}`,
    applied: (words: string) => `The form has ${words} now`,
    seed: (seed: number) => `seed ${seed}`,
    steps: (steps: number) => plural(steps, 'step'),
    frames: (frames: number) => plural(frames, 'frame'),
  },
} as const

/** `5.1 s` */
function seconds(frames: number, fps: number): string {
  return `${(frames / fps).toFixed(1).replace(/\.0$/, '')}${NO_BREAK}s`
}
