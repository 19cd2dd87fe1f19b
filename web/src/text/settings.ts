import { duration, plural } from './format'

/** The page of what this browser and this caller can choose. */
export const settings = {
  title: 'Settings',
  lead: 'They are kept in this browser.',

  look: 'Look',
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  hue: 'Accent colour',
  hueHelp: 'Buttons and links take it, and the greys a touch of it.',
  hues: { 272: 'Indigo', 240: 'Blue', 200: 'Teal', 150: 'Green', 60: 'Amber', 25: 'Red', 340: 'Pink' },
  degrees: (hue: number) => `${hue}°`,
  hueReset: 'Back to the usual colour',

  alerts: 'When a job ends',
  sound: 'Sound',
  soundHelp: 'Two short notes, up when it is done, down when it failed.',
  test: 'Test',
  testDone: 'Play the sound of a job that is done',
  notifications: 'Notifications',
  notificationsHelp: 'From the system, while you look at another page. Also when a job failed.',
  insecure:
    'Browsers allow these only on https or localhost. The sound, the title and the icon of the tab work here too.',
  unsupported:
    'This browser has no notifications for pages. The sound, the title and the icon of the tab work here too.',
  denied: 'This browser was told not to show them for this page. Its site settings change that.',

  working: 'While you work',
  previews: 'Live previews',
  previewsHelp: 'Pictures of the steps as they come. Fewer of them leave more of the network and of the GPU.',
  previewChoices: { all: 'All', focused: 'Focused job only', off: 'Off' },
  letters: 'Shortcuts of single letters',
  lettersHelp: 'Such as G then V, / and ?. Those with Ctrl or Cmd always work.',
  showShortcuts: 'Show all shortcuts',

  data: 'Data in this browser',
  history: 'Prompt history',
  historyKept: (prompts: number) => (prompts === 0 ? 'No prompts are kept.' : `${plural(prompts, 'prompt')} kept.`),
  clearHistory: 'Clear prompt history',
  clearHistoryTitle: 'Clear the prompt history?',
  clearHistoryDetail: (prompts: number) =>
    `${plural(prompts, 'prompt')} of all forms will be gone from this browser. Jobs keep theirs.`,
  drafts: 'Drafts',
  draftsKept: (drafts: number) =>
    drafts === 0 ? 'All forms stand at their defaults.' : `${plural(drafts, 'form')} with settings of yours.`,
  clearDrafts: 'Clear drafts',
  clearDraftsTitle: 'Clear all drafts?',
  clearDraftsDetail: 'Prompt, pictures and settings of every form go back to the defaults. Jobs are not affected.',
  clear: 'Clear',

  session: 'Session',
  noKeys: 'This server has no keys: everyone on its machine may do everything.',
  who: 'Signed in as',
  scopes: 'May',
  scopeWords: {
    submit: 'send, cancel and delete its jobs',
    high: 'send jobs of high priority',
    admin: 'drain and resume agents',
  } as Record<string, string>,
  onlyRead: 'only look at its jobs',
  signOut: 'Sign out',
  signOutDetail: 'Drafts and settings stay in this browser.',
  signOutFailed: 'Could not sign out',

  about: 'About this server',
  version: 'Version',
  retention: 'Results are kept',
  keptFor: (ms: number) => (ms % 3_600_000 === 0 ? `${ms / 3_600_000} h` : duration(ms)),
  queueLimit: 'Jobs that may wait',
  pictureLimit: 'A picture may have',
  api: 'API documentation',
  errors: 'What error codes mean',
} as const
