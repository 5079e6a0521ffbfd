import Radio from 'lucide-react/icons/radio'
import { Link } from 'wouter'
import { Button } from '../ui/Button'
import { Notice } from '../ui/Notice'
import { Spinner } from '../ui/Spinner'
import type { Live } from './followLive'
import { LiveCard } from './LiveCard'

export function LiveView({ live, nowMs }: { live: Live; nowMs: number }) {
  return (
    <div data-testid="live" data-state={live.name}>
      <h1 className="font-semibold text-2xl tracking-tight sm:text-3xl">Live now</h1>
      <p className="mt-2 mb-6 max-w-[60ch] text-pretty text-ink-soft leading-relaxed">
        Streams whose broadcasters want to be found. Most streams are not here: their broadcasters send a link.
      </p>
      <Streams live={live} nowMs={nowMs} />
    </div>
  )
}

function Streams({ live, nowMs }: { live: Live; nowMs: number }) {
  if (live.name === 'reading')
    return (
      <p role="status" className="flex items-center gap-3 text-ink-soft">
        <Spinner className="size-5" /> Asking the relays
      </p>
    )
  if (live.name === 'failed')
    return (
      <Notice
        problem={{
          sentence: 'The chain does not answer, so the relays cannot be found.',
          nextStep: 'Check your connection. This page tries again.',
        }}
      />
    )
  if (live.streams.length === 0) return <Empty sentence={live.answered ? nothing : silent} />
  return (
    <ul className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
      {live.streams.map((stream) => (
        <li key={stream.streamId}>
          <LiveCard stream={stream} nowMs={nowMs} />
        </li>
      ))}
    </ul>
  )
}

const nothing = 'No stream is shown here now.'
const silent = 'No relay answers now.'

function Empty({ sentence }: { sentence: string }) {
  return (
    <div className="flex flex-col items-center rounded-2xl bg-inset px-6 py-12 text-center sm:py-20">
      <Radio className="size-10 text-ink-soft" aria-hidden="true" />
      <div role="status" className="mt-4">
        <p className="font-semibold">{sentence}</p>
        <p className="mt-1 text-balance text-ink-soft text-sm">This page asks the relays again every 15 seconds.</p>
      </div>
      <div className="mt-5 flex flex-wrap justify-center gap-2">
        <Button asChild size="small" look="outline">
          <Link href="/watch">Open a link</Link>
        </Button>
        <Button asChild size="small" look="outline">
          <Link href="/broadcast">Go live yourself</Link>
        </Button>
      </div>
    </div>
  )
}
