/** The command menu and the sheet of shortcuts. */
export const command = {
  title: 'Search and commands',
  search: 'Search pages, commands and jobs',
  results: 'Results',
  nothing: (text: string) => `Nothing matches “${text}”`,
  nothingDetail: 'Try a page, such as Fleet, or words of a prompt.',
  count: (results: number) => (results === 1 ? '1 result' : `${results} results`),
  groups: { pages: 'Pages', actions: 'Commands', jobs: 'Jobs' },
  hints: { move: 'move', choose: 'choose', close: 'close' },
  actions: {
    focusPrompt: 'Write the prompt',
    cancelFocused: 'Cancel the focused job',
    dark: 'Use the dark theme',
    light: 'Use the light theme',
    system: 'Use the system’s theme',
    soundOn: 'Turn the sound on',
    soundOff: 'Turn the sound off',
    shortcuts: 'Show all shortcuts',
    addNode: 'Add a GPU',
    api: 'Open the API documentation',
    signOut: 'Sign out',
  },
  /** Words that find a command beside its name. */
  also: {
    newVideo: 'new create generate i2v animate',
    newEdit: 'new create generate qwen picture image',
    newUpscale: 'new create enlarge bigger resolution',
    addNode: 'agent machine node connect',
    theme: 'mode colour color appearance',
    signOut: 'log out logout leave',
    shortcuts: 'keyboard keys help',
    settings: 'preferences options',
  },

  canceled: 'Canceled',
  runAgain: 'Run again',
  nothingToCancel: 'No job runs that could be canceled',

  sheet: 'Keyboard shortcuts',
  sheetLead: 'Single letters work outside text fields.',
  lettersOff: 'Single letters are turned off.',
  turnOn: 'Turn them on',
  afterwards: 'then',
  mod: { command: '⌘', control: 'Ctrl' },
  keyNames: { shift: 'Shift', alt: 'Alt', enter: 'Enter', escape: 'Esc', up: '↑', down: '↓' } as Record<string, string>,
} as const

/** Every shortcut of the studio, in the order of the sheet; keys as `lib/shortcuts.ts` writes them. */
export const SHEET = [
  {
    title: 'Anywhere',
    rows: [
      { keys: ['mod+k'], label: 'Search and commands' },
      { keys: ['?'], label: 'This sheet' },
      { keys: ['escape'], label: 'Close what lies over the page' },
      { keys: ['shift+x'], label: 'Cancel the focused job' },
    ],
  },
  {
    title: 'Pages',
    rows: [
      { keys: ['g v'], label: 'Video' },
      { keys: ['g e'], label: 'Edit' },
      { keys: ['g u'], label: 'Upscale' },
      { keys: ['g j'], label: 'Jobs' },
      { keys: ['g g'], label: 'Gallery' },
      { keys: ['g f'], label: 'Fleet' },
    ],
  },
  {
    title: 'Create',
    rows: [
      { keys: ['mod+enter'], label: 'Generate' },
      { keys: ['/'], label: 'Write the prompt' },
      { keys: ['alt+up', 'alt+down'], label: 'Older and newer prompts' },
    ],
  },
  {
    title: 'Jobs',
    rows: [
      { keys: ['j', 'k'], label: 'Next and previous job in the list' },
      { keys: ['enter'], label: 'Look at it' },
    ],
  },
  {
    title: 'Gallery',
    rows: [
      { keys: ['j', 'k'], label: 'Next and previous result' },
      { keys: ['c'], label: 'Compare' },
      { keys: ['r'], label: 'Use these settings' },
    ],
  },
] as const
