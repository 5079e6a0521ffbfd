import type { ComponentProps } from 'react'
import { Tooltip } from './Tooltip'

const looks = {
  plain: 'text-ink hover:bg-inset',
  /** For buttons over a picture. */
  glass: 'bg-black/60 text-white hover:bg-black/80',
  bare: 'text-white hover:bg-white/20',
  off: 'bg-live-fill text-white hover:bg-live-fill-hover',
}

export type IconButtonProps = ComponentProps<'button'> & { label: string; look?: keyof typeof looks }

export function IconButton({ label, look = 'plain', className = '', children, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <button
        type="button"
        aria-label={label}
        className={`inline-flex size-11 shrink-0 items-center justify-center rounded-full transition-colors disabled:opacity-50 ${looks[look]} ${className}`}
        {...rest}
      >
        {children}
      </button>
    </Tooltip>
  )
}
