import { useQueryClient } from '@tanstack/react-query'
import { Eye, EyeOff, Info } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { enter } from '@/actions/session'
import { Button } from '@/components/ui/Button'
import { Field } from '@/components/ui/Field'
import { IconButton } from '@/components/ui/IconButton'
import { address } from '@/lib/base'
import { isLocked, useServerStore } from '@/stores/serverStore'
import { common } from '@/text/common'
import { session as words } from '@/text/session'
import { HowToGetAKey } from './HowToGetAKey'
import { refusal } from './refusal'

/** Asks for a key. It goes to the server once; the browser keeps a cookie that no script can read. */
export function SignInPage() {
  // Somebody is named, and yet the page is here: the login has ended.
  const ended = useServerStore((store) => !isLocked(store.session))
  return (
    <main className="flex min-h-dvh flex-col items-center px-4 py-12 sm:justify-center">
      <div className="flex w-full max-w-sm flex-col gap-5">
        <p className="flex items-center gap-2.5 font-semibold">
          <img src={address('/favicon.svg')} alt="" className="size-8" />
          {common.name}
        </p>
        <div className="flex flex-col gap-1.5">
          <h1 className="text-xl font-semibold">{words.title}</h1>
          <p className="text-sm text-balance text-fg-2">{words.lead}</p>
        </div>
        {ended && (
          <p role="status" className="flex items-start gap-2 rounded-md bg-accent-soft p-3 text-sm text-accent-text">
            <Info size={16} aria-hidden className="mt-0.5 shrink-0" />
            {words.ended}
          </p>
        )}
        <KeyForm />
        <HowToGetAKey />
      </div>
    </main>
  )
}

function KeyForm() {
  const queries = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  const [shown, setShown] = useState(false)
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)

  // There is nothing else to do here.
  useEffect(() => field.current?.focus(), [])

  async function submit(event: FormEvent) {
    event.preventDefault()
    // Read from the field alone: a key is kept nowhere.
    const key = field.current?.value.trim() ?? ''
    if (busy) return
    setError(key === '' ? words.missing : undefined)
    if (key === '') return field.current?.focus()
    setBusy(true)
    try {
      await enter(key)
      // What it holds was another caller's.
      queries.clear()
    } catch (cause) {
      setError(refusal(cause))
      setBusy(false)
      field.current?.select()
    }
  }

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label={words.key} error={error}>
        {(control) => (
          <div className="flex h-12 items-center rounded-md border border-line-strong bg-sunken pr-1.5 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-accent-text">
            <input
              {...control}
              ref={field}
              type={shown ? 'text' : 'password'}
              name="key"
              autoComplete="current-password"
              autoCapitalize="none"
              spellCheck={false}
              required
              placeholder="spool_…"
              onChange={() => setError(undefined)}
              className="h-full min-w-0 flex-1 rounded-md bg-transparent px-3 font-mono text-sm outline-none placeholder:text-fg-3"
            />
            <IconButton
              label={shown ? words.hide : words.show}
              icon={shown ? <EyeOff size={18} /> : <Eye size={18} />}
              onClick={() => setShown(!shown)}
            />
          </div>
        )}
      </Field>
      <p role="alert" className="sr-only">
        {error}
      </p>
      <Button type="submit" variant="primary" size="lg" aria-disabled={busy}>
        {busy ? words.signingIn : words.signIn}
      </Button>
    </form>
  )
}
