import type { LiveStream } from 'lp-relay'
import Radio from 'lucide-react/icons/radio'
import { Link } from 'wouter'
import { formatMoment } from '../ui/formatMoment'

/** A live stream, as a link to its page. */
export function LiveCard({ stream, nowMs }: { stream: LiveStream; nowMs: number }) {
  const { streamId, title, poster, viewers, startedAtMs } = stream
  return (
    <Link
      href={`/watch/${streamId}`}
      data-testid="live-stream"
      className="block overflow-hidden rounded-2xl border border-line bg-surface transition-colors hover:bg-inset"
    >
      {poster ? (
        // The bytes were checked to be a small JPEG, so the browser reads them as nothing else.
        <img src={`data:image/jpeg;base64,${poster}`} alt="" className="aspect-video w-full bg-black object-contain" />
      ) : (
        <span className="flex aspect-video w-full items-center justify-center bg-inset text-ink-soft">
          <Radio className="size-10" aria-hidden="true" />
        </span>
      )}
      <span className="block p-4">
        <span className="block break-words font-semibold">
          {title ? <bdi>{title}</bdi> : `Stream ${streamId.slice(0, 8)}`}
        </span>
        <span className="mt-1 block text-ink-soft text-sm tabular-nums">
          Since {formatMoment(startedAtMs, nowMs)}
          {viewers !== undefined && viewers > 0 && ` · ${viewers === 1 ? '1 viewer' : `${viewers} viewers`}`}
        </span>
      </span>
    </Link>
  )
}
