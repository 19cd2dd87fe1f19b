/** Words that stand in many places. */
export const common = {
  name: 'Spool',
  close: 'Close',
  cancel: 'Cancel',
  keep: 'Keep',
  copy: 'Copy',
  copied: 'Copied',
  selected: 'Selected: press Ctrl+C',
  delete: 'Delete',
  download: 'Download',
  more: 'More',
  retry: 'Retry',
  tryAgain: 'Try again',
  undo: 'Undo',
  workflows: { i2v: 'Video', qwen: 'Edit', upscale: 'Upscale' },
} as const
