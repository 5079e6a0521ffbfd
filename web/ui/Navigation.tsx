import Play from 'lucide-react/icons/circle-play'
import Gift from 'lucide-react/icons/gift'
import Layers from 'lucide-react/icons/layers'
import Radio from 'lucide-react/icons/radio'
import Vote from 'lucide-react/icons/vote'
import { Link, useLocation } from 'wouter'

const pages = [
  { path: '/watch', name: 'Watch', Icon: Play },
  { path: '/broadcast', name: 'Broadcast', Icon: Radio },
  { path: '/stake', name: 'Stake', Icon: Layers },
  { path: '/govern', name: 'Govern', Icon: Vote },
  { path: '/claim', name: 'Claim', Icon: Gift },
]

/** The links to the pages, on each page. On a phone, they are a bar at the bottom of the screen, where a thumb reaches them. */
export function Navigation() {
  const [location] = useLocation()
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-30 flex border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] sm:static sm:border-0 sm:bg-transparent sm:pb-0"
    >
      {pages.map(({ path, name, Icon }) => (
        <Link
          key={path}
          href={path}
          aria-current={location === path || location.startsWith(`${path}/`) ? 'page' : undefined}
          className="flex min-h-14 min-w-0 grow basis-0 flex-col items-center justify-center gap-1 rounded-lg font-medium text-ink-soft text-xs outline-offset-[-2px] transition-colors hover:bg-inset hover:text-ink aria-[current=page]:text-accent sm:min-h-11 sm:grow-0 sm:basis-auto sm:px-2.5 sm:text-sm sm:aria-[current=page]:text-ink"
        >
          <Icon className="size-5 sm:hidden" aria-hidden="true" />
          {name}
        </Link>
      ))}
    </nav>
  )
}
