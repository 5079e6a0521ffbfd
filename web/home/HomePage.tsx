import Radio from 'lucide-react/icons/radio'
import { Link } from 'wouter'
import { Button } from '../ui/Button'
import { Layout } from '../ui/Layout'
import { useTitle } from '../ui/useTitle'
import { HowItWorks } from './HowItWorks'
import { LiveLink } from './LiveLink'
import { StageDrawing } from './StageDrawing'
import { WatchForm } from './WatchForm'

export function HomePage() {
  useTitle('Live video from a browser tab')
  return (
    <Layout>
      <div className="grid grow grid-cols-[minmax(0,1fr)] items-center gap-10 py-6 lg:grid-cols-[5fr_6fr] lg:gap-16 lg:py-10">
        <div>
          <h1 className="text-balance font-semibold text-4xl leading-[1.1] tracking-tight sm:text-5xl">
            Live video from a browser tab
          </h1>
          <p className="mt-5 max-w-[46ch] text-pretty text-ink-soft text-lg leading-relaxed">
            Show your camera or your screen to anyone with the link. Transcoders with a stake make the lower qualities,
            and are paid per segment.
          </p>
          <Button asChild look="live" size="large" className="mt-8 w-full sm:w-auto">
            <Link href="/broadcast">
              <Radio className="size-5" aria-hidden="true" />
              Go live
            </Link>
          </Button>
          <div className="mt-8 border-line border-t pt-6">
            <WatchForm label="Or watch by link" />
            <LiveLink />
          </div>
        </div>
        <StageDrawing />
      </div>
      <HowItWorks />
    </Layout>
  )
}
