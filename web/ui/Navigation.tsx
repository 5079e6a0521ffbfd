import { Link, useLocation } from 'wouter'

const pages = [
  { path: '/watch', name: 'Watch' },
  { path: '/broadcast', name: 'Broadcast' },
  { path: '/stake', name: 'Stake' },
  { path: '/govern', name: 'Govern' },
]

/** The links to the pages, on each page. */
export function Navigation() {
  const [location] = useLocation()
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center">
      {pages.map(({ path, name }) => (
        <Link
          key={path}
          href={path}
          aria-current={location === path || location.startsWith(`${path}/`) ? 'page' : undefined}
          className="rounded-lg px-2.5 py-2 font-medium text-ink-soft text-sm transition-colors hover:bg-inset hover:text-ink aria-[current=page]:text-ink"
        >
          {name}
        </Link>
      ))}
    </nav>
  )
}
