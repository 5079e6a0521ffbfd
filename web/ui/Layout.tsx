import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { Logo } from './Logo'
import { Navigation } from './Navigation'
import { ThemeToggle } from './ThemeToggle'
import { useIsForgetful } from './useIsForgetful'
import { useKeptFocus } from './useKeptFocus'
import { useRouteFocus } from './useRouteFocus'

export type LayoutProps = {
  /** Controls at the right end of the header. */
  actions?: ReactNode
  children: ReactNode
}

/** The frame of each page. The page itself has one `h1`, and calls `useTitle`. */
export function Layout({ actions, children }: LayoutProps) {
  useRouteFocus()
  useKeptFocus()
  const isForgetful = useIsForgetful()
  return (
    <div className="flex min-h-dvh flex-col pb-(--bar) sm:pb-0">
      <header className="mx-auto flex min-h-16 w-full max-w-7xl shrink-0 flex-wrap items-center gap-x-2 px-4 py-2 sm:px-6">
        <Link href="/" className="-m-1 rounded-lg p-1" aria-label="lp, home">
          <Logo />
        </Link>
        <Navigation />
        <div className="ml-auto flex min-w-0 items-center gap-1">
          {actions}
          <ThemeToggle />
        </div>
      </header>
      <main className="mx-auto flex w-full max-w-7xl grow flex-col px-4 pb-10 sm:px-6">{children}</main>
      {isForgetful && (
        <footer className="mx-auto w-full max-w-7xl px-4 pb-6 text-pretty text-[13px] text-ink-soft sm:px-6">
          This browser stores no data for this page. When you close the page, it forgets your choices and the list of
          your new broadcasts.
        </footer>
      )}
    </div>
  )
}
