import { Home } from 'lucide-react'
import { Suspense } from 'react'
import { Link, Route, Switch, useLocation } from 'wouter'
import { buttonClass } from '@/components/ui/Button'
import { EmptyState } from '@/components/ui/EmptyState'
import { Skeleton } from '@/components/ui/Skeleton'
import { CreatePage } from '@/features/create/CreatePage'
import { paths } from '@/lib/go'
import { late } from '@/lib/late'
import { shell } from '@/text/shell'
import { PageBoundary } from './PageBoundary'
import { useTop } from './useTop'

const GalleryPage = late(() => import('@/features/gallery/GalleryPage'))
const FleetPage = late(() => import('@/features/fleet/FleetPage'))
const JobsPage = late(() => import('@/features/jobs/JobsPage'))
const SettingsPage = late(() => import('@/features/settings/SettingsPage'))

export function Pages() {
  const [location] = useLocation()
  useTop(location)
  return (
    <PageBoundary at={location}>
      <Suspense fallback={<Skeleton className="m-4 h-64 flex-1" />}>
        <Switch>
          <Route path={paths.video}>
            <CreatePage key="i2v" workflow="i2v" />
          </Route>
          <Route path={paths.edit}>
            <CreatePage key="qwen" workflow="qwen" />
          </Route>
          <Route path={paths.upscale}>
            <CreatePage key="upscale" workflow="upscale" />
          </Route>
          <Route path={`${paths.gallery}/:id?`}>{({ id }) => <GalleryPage id={id ?? null} />}</Route>
          <Route path={paths.jobs} component={JobsPage} />
          <Route path={paths.fleet} component={FleetPage} />
          <Route path={paths.settings} component={SettingsPage} />
          <Route>
            <NoPage />
          </Route>
        </Switch>
      </Suspense>
    </PageBoundary>
  )
}

function NoPage() {
  return (
    <EmptyState
      icon={<Home />}
      title={shell.noPage}
      level="h1"
      action={
        <Link href={paths.video} className={buttonClass('primary')}>
          {shell.home}
        </Link>
      }
    />
  )
}
