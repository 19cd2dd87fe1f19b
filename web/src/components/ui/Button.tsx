import clsx from 'clsx'
import type { ComponentProps } from 'react'

type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'
type ButtonSize = 'sm' | 'md' | 'lg'

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-accent-fg hover:not-disabled:bg-accent-hover disabled:bg-raised disabled:text-fg-3',
  secondary: 'border border-line bg-surface text-fg hover:not-disabled:border-line-strong disabled:text-fg-3',
  ghost: 'text-fg-2 hover:not-disabled:bg-raised hover:not-disabled:text-fg disabled:text-fg-3',
  danger: 'bg-bad-soft text-bad hover:not-disabled:outline hover:not-disabled:outline-bad disabled:text-fg-3',
}

const SIZES: Record<ButtonSize, string> = {
  sm: 'h-8 gap-1.5 rounded-md px-2.5 text-sm coarse:h-11',
  md: 'h-9 gap-2 rounded-md px-3.5 text-sm coarse:h-11',
  lg: 'h-12 gap-2.5 rounded-lg px-5 text-base',
}

/** The classes, for links that look like buttons. */
export function buttonClass(variant: ButtonVariant = 'secondary', size: ButtonSize = 'md'): string {
  return clsx(
    'inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap transition-colors duration-120',
    VARIANTS[variant],
    SIZES[size],
  )
}

interface ButtonProps extends ComponentProps<'button'> {
  variant?: ButtonVariant
  size?: ButtonSize
}

export function Button({ variant, size, className, type = 'button', ...props }: ButtonProps) {
  return <button type={type} className={clsx(buttonClass(variant, size), className)} {...props} />
}
