import { duration } from './format'

/** The page that asks for a key. */
export const session = {
  title: 'Sign in',
  lead: 'This server asks for a key. Your browser keeps a login, not the key.',
  ended: 'Your session has ended. Sign in again; your drafts are still here.',
  key: 'API key',
  show: 'Show the key',
  hide: 'Hide the key',
  signIn: 'Sign in',
  signingIn: 'Signing in…',
  missing: 'Enter your key.',
  wrong: 'The server does not know this key. It may have been revoked.',
  limited: (ms: number | null) =>
    ms === null
      ? 'Too many wrong keys came from here. Wait a little and try again.'
      : `Too many wrong keys came from here. Try again in ${duration(ms)}.`,
  unreachable: 'The server cannot be reached. Is it running?',
  how: 'How to get a key',
  howDetail: 'Whoever runs the server makes one there. It is shown once; the server knows it within a second.',
  howLine: 'Make a key',
  howAdmin: 'With --scope submit,high,admin it may also jump the queue and drain agents.',
} as const
