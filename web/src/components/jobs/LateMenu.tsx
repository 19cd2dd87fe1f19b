import { type ReactNode, Suspense, useState } from 'react'
import { IconButton } from '@/components/ui/IconButton'
import type { MenuItem } from '@/components/ui/Menu'
import { late } from '@/lib/late'

const load = () => import('@/components/ui/Menu')
const Menu = late(() => load().then(({ Menu }) => ({ default: Menu })))

/** Ahead of the click. What fails here is tried again when it is opened. */
const prepare = () => void load().catch(() => {})

interface LateMenuProps {
  label: string
  /** What it is of, where several have the same name. */
  description?: string
  icon: ReactNode
  /** Asked for when it opens. */
  items: () => readonly (MenuItem | null)[]
}

/** A menu that exists once it was opened: fifty cards cost fifty buttons, and its code comes with the first one. */
export function LateMenu({ label, description, icon, items }: LateMenuProps) {
  const [armed, setArmed] = useState(false)
  const button = <IconButton label={label} aria-description={description} icon={icon} size="sm" />
  const closed = (
    <IconButton
      label={label}
      aria-description={description}
      icon={icon}
      size="sm"
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={() => setArmed(true)}
    />
  )
  if (!armed) return closed
  return (
    <Suspense fallback={closed}>
      <Menu trigger={button} items={items()} defaultOpen />
    </Suspense>
  )
}
