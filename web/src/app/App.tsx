import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Router } from 'wouter'
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
  const { session, failed, load } = useServerStore()
  const signedOut = useJobStore((store) => store.link === 'signed-out')
  useEffect(() => void load(), [load])

  if (failed) {
    return (
      <main>
        <ErrorState level="h1" title={shell.configFailed} onRetry={() => void load()} />
      </main>
    )
  }
  return (
    <QueryClientProvider client={queries}>
      <Router base={basePath()}>{isLocked(session) || signedOut ? <SignInPage /> : <Studio />}</Router>
      <TipLayer />
    </QueryClientProvider>
  )
}

/** What whoever may see sees, with the socket open as long as it is there. */
function Studio() {
  useEffect(goLive, [])
  return <AppShell />
}
