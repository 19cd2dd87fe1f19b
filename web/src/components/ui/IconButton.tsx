import clsx from 'clsx'
import type { ComponentProps, ReactNode } from 'react'

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'children'> {
  /** Its name, and what the tip says (TipLayer). */
  label: string
  icon: ReactNode
  /** On a picture or a video. */
  overlay?: boolean
  size?: 'sm' | 'md'
}

export function IconButton({
  label,
  icon,
  overlay,
  size = 'md',
  className,
  type = 'button',
  ...props
}: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      data-tip={label}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center rounded-md transition-colors duration-120 coarse:size-11',
        size === 'sm' ? 'size-8' : 'size-9',
        overlay
          ? 'bg-black/70 text-white hover:not-disabled:bg-black'
          : 'text-fg-2 hover:not-disabled:bg-raised hover:not-disabled:text-fg disabled:text-fg-3',
        className,
      )}
      {...props}
    >
      {icon}
    </button>
  )
}
