import { useRef } from 'react'
import { CommandMenu } from '@/features/command/CommandMenu'
import { ImportDialog } from '@/features/config/ImportDialog'
import { Announcer } from '@/features/jobs/Announcer'
import { NowRunning } from '@/features/jobs/NowRunning'
import { shell } from '@/text/shell'
import { BottomTabs } from './BottomTabs'
import { ConnectionBanner } from './ConnectionBanner'
import { Pages } from './routes'
import { TopBar } from './TopBar'

/** The frame: header, banner, page; on a phone what runs and the tabs at the bottom. */
export function AppShell() {
  const main = useRef<HTMLElement>(null)
  return (
    <div className="flex min-h-dvh flex-col lg:h-dvh">
      <button
        type="button"
        onClick={() => main.current?.focus()}
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2"
      >
        {shell.skip}
      </button>
      <TopBar />
      <ConnectionBanner />
      <main
        ref={main}
        id="page"
        tabIndex={-1}
        className="flex min-h-0 flex-1 flex-col pb-[calc(3.5rem+var(--strip,0px))] outline-none lg:pb-0"
      >
        <Pages />
      </main>
      <div className="fixed inset-x-0 bottom-0 z-30 lg:hidden">
        <NowRunning />
        <BottomTabs />
      </div>
      <Announcer />
      <ImportDialog />
      <CommandMenu />
    </div>
  )
}
