import { Link, useLocation } from 'wouter'
import { isAt, type Page } from './pages'

interface PageLinkProps {
  page: Page
  iconSize: number
  className: (here: boolean) => string
}

/** A page's link in the header or the tabs; it says whether one is there. */
export function PageLink({ page: { path, label, Icon }, iconSize, className }: PageLinkProps) {
  const [location] = useLocation()
  const here = isAt(location, path)
  return (
    <Link href={path} aria-current={here ? 'page' : undefined} className={className(here)}>
      <Icon size={iconSize} aria-hidden />
      {label}
    </Link>
  )
}
