import ChevronDown from 'lucide-react/icons/chevron-down'
import { type RefObject, useState } from 'react'
import { formatBytes, formatSeconds } from '../ui/format'
import { Stat } from '../ui/Stat'
import { CheckButton } from './CheckButton'
import type { SegmentToCheck } from './check/SegmentToCheck'
import { MeshPicture } from './MeshPicture'
import type { Totals } from './Traffic'
import { useVideoFigures } from './useVideoFigures'
import type { WatchFigures } from './WatchState'

/**
 * The figures of the stream, collapsed at first. Tests and scripts read the attributes. The attributes also change while the figures are
 * collapsed, except those of the video.
 */
export function WatchStats({
  figures,
  readTotals,
  segmentToCheck,
  videoRef,
}: {
  figures: WatchFigures
  /** Undefined if there is no picture of the traffic. */
  readTotals: (() => Omit<Totals, 'atMs'>) | undefined
  segmentToCheck: (() => SegmentToCheck | undefined) | undefined
  videoRef: RefObject<HTMLVideoElement | null>
}) {
  const { bytesFromPeers, bytesFromRelays, bytesToPeers, latencyMs, stalls, peers, kept } = figures
  const [isOpen, setIsOpen] = useState(false)
  const video = useVideoFigures(videoRef, isOpen)
  return (
    <details
      data-testid="watch-stats"
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
      data-bytes-from-peers={bytesFromPeers}
      data-bytes-from-relays={bytesFromRelays}
      data-bytes-to-peers={bytesToPeers}
      data-latency-ms={latencyMs}
      data-stalls={stalls}
      data-peers={peers}
      data-kept={kept}
      data-picture={video && `${video.width}x${video.height}`}
      data-fps={video?.fps}
      data-dropped={video?.dropped}
      data-buffer-ms={video && Math.round(video.bufferMs)}
      className="group/stats rounded-2xl border border-line bg-surface"
    >
      <summary className="flex list-none items-center justify-between rounded-2xl px-4 py-3 font-medium text-sm [&::-webkit-details-marker]:hidden">
        Statistics
        <ChevronDown
          className="size-4 text-ink-soft transition-transform group-open/stats:rotate-180"
          aria-hidden="true"
        />
      </summary>
      <dl className="grid grid-cols-2 gap-4 px-4 pt-1 pb-4 sm:grid-cols-5">
        {kept === undefined ? (
          <Stat name="Latency">{latencyMs === undefined ? '–' : formatSeconds(latencyMs)}</Stat>
        ) : (
          <Stat name="On this device">{`${Math.floor(100 * kept)} %`}</Stat>
        )}
        <Stat name="From relays">{formatBytes(bytesFromRelays)}</Stat>
        <Stat name="From viewers">{formatBytes(bytesFromPeers)}</Stat>
        <Stat name="To viewers">{formatBytes(bytesToPeers)}</Stat>
        <Stat name="Connected">{peers === 1 ? '1 peer' : `${peers} peers`}</Stat>
        <Stat name="Interruptions">{stalls}</Stat>
        <Stat name="Picture">{video ? `${video.width} × ${video.height}` : '–'}</Stat>
        <Stat name="Pictures per second">{video?.fps ?? '–'}</Stat>
        <Stat name="Dropped pictures">{video ? video.dropped : '–'}</Stat>
        <Stat name="Buffer">{video ? formatSeconds(video.bufferMs) : '–'}</Stat>
      </dl>
      {isOpen && readTotals && <MeshPicture read={readTotals} />}
      {segmentToCheck && <CheckButton segmentToCheck={segmentToCheck} />}
    </details>
  )
}
