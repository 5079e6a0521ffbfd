import { type ComponentProps, cloneElement, type ReactElement } from 'react'
import { Spinner } from './Spinner'

const looks = {
  primary: 'bg-ink text-canvas hover:bg-ink/85',
  live: 'bg-live-fill text-white hover:bg-live-fill-hover',
  outline: 'border border-line-strong bg-surface text-ink hover:bg-inset',
  quiet: 'text-ink hover:bg-inset',
}

const sizes = {
  small: 'h-9 pointer-coarse:h-11 gap-1.5 rounded-lg px-3 text-sm',
  medium: 'h-11 gap-2 rounded-xl px-4 text-[15px]',
  large: 'h-13 gap-2.5 rounded-xl px-6 text-base',
}

export type ButtonProps = ComponentProps<'button'> & {
  look?: keyof typeof looks
  size?: keyof typeof sizes
  /** Shows a spinner and ignores clicks. The button keeps the focus, which a disabled button would lose. */
  busy?: boolean
  /** Gives the look of a button to its only child (a link), and renders no button element. */
  asChild?: boolean
}

/** A busy button of a form must not submit the form. */
const ignore = (event: { preventDefault(): void }) => event.preventDefault()

export function Button({
  look = 'primary',
  size = 'medium',
  busy = false,
  asChild = false,
  className = '',
  children,
  ...rest
}: ButtonProps) {
  const classes = `inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap transition-colors disabled:opacity-50 aria-disabled:opacity-50 ${looks[look]} ${sizes[size]} ${className}`
  if (asChild) return cloneElement(children as ReactElement<{ className: string }>, { className: classes, ...rest })
  return (
    <button
      type="button"
      className={classes}
      aria-busy={busy}
      aria-disabled={busy || undefined}
      {...rest}
      {...(busy && { onClick: ignore })}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
}
