import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Router } from 'wouter'
import { followSession } from '@/actions/session'
import { ApiError } from '@/api/client'
import { ErrorState } from '@/components/ui/ErrorState'
import { TipLayer } from '@/components/ui/TipLayer'
import { SignInPage } from '@/features/session/SignInPage'
import { basePath } from '@/lib/base'
import { useJobStore } from '@/stores/jobStore'
import { goLive } from '@/stores/live'
import { isLocked, useServerStore } from '@/stores/serverStore'
import { shell } from '@/text/shell'
import { AppShell } from './AppShell'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // What the server refuses it refuses again; what it could not answer is worth another try.
      retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.unreachable || error.status >= 500),
    },
  },
})

export function App() {
  const session = useServerStore((store) => store.session)
  const failed = useServerStore((store) => store.failed)
  const load = useServerStore((store) => store.load)
  const signedOut = useJobStore((store) => store.link === 'signed-out')
  const away = isLocked(session) || signedOut
  useEffect(() => void load(), [load])
  useEffect(() => followSession(), [])
  // Before anyone else comes in: what was asked for was for whoever was here.
  useEffect(() => {
    if (away) queries.clear()
  }, [away])

  if (failed) {
    return (
      <main>
        <ErrorState level="h1" title={shell.configFailed} onRetry={() => void load()} />
      </main>
    )
  }
  return (
    <QueryClientProvider client={queries}>
      <Router base={basePath()}>{away ? <SignInPage /> : <Studio />}</Router>
      <TipLayer />
    </QueryClientProvider>
  )
}

/** What whoever may see sees, with the socket open as long as it is there. */
function Studio() {
  useEffect(goLive, [])
  return <AppShell />
}
