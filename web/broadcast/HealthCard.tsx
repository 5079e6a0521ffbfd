import { Card } from '../ui/Card'
import { formatBitrate, formatSeconds } from '../ui/format'
import { Notice } from '../ui/Notice'
import { Sparkline } from '../ui/Sparkline'
import { Stat } from '../ui/Stat'
import type { BroadcastFigures } from './BroadcastState'
import { healthTroubles } from './healthTroubles'

export type HealthCardProps = {
  figures: Pick<BroadcastFigures, 'bitrate' | 'targetBitrate' | 'recentBitrates' | 'health'>
  /** The page already shows a trouble of the line or of the transcoder. */
  hasTrouble: boolean
}

/**
 * Each step from the camera to the transcoder with its figure, and for each trouble the cause and what to do. Scripts read the `data-`
 * attributes.
 */
export function HealthCard({
  figures: { bitrate, targetBitrate, recentBitrates, health },
  hasTrouble,
}: HealthCardProps) {
  const { encoder, uploadMs, answerMs, roundTripMs } = health
  const rate = `${formatBitrate(bitrate)} of ${formatBitrate(targetBitrate)}`
  return (
    <Card
      heading="Stream health"
      data-testid="stream-health"
      data-fps={encoder?.fps}
      data-encoded={encoder?.encoded}
      data-dropped={encoder?.dropped}
    >
      {healthTroubles(health, { hasTrouble }).map((problem) => (
        <Notice key={problem.nextStep} tone="info" problem={problem} className="mb-4" />
      ))}
      <div className="flex justify-between text-[13px] text-ink-soft tabular-nums">
        <span>Bitrate</span>
        <span>{rate}</span>
      </div>
      <Sparkline label={`Bitrate: ${rate}`} values={recentBitrates} target={targetBitrate} />
      <dl className="mt-4 grid grid-cols-2 gap-4">
        {encoder && (
          <>
            <Stat name="Pictures encoded" hint={`${encoder.dropped} dropped`}>
              {encoder.encoded}
            </Stat>
            <Stat name="Encoder load" hint={`${encoder.fps} pictures a second at most`}>
              {encoder.encodeLoad === undefined ? 'not known' : `${Math.round(encoder.encodeLoad * 100)} %`}
            </Stat>
          </>
        )}
        <Stat name="Upload delay">{shown(uploadMs, formatSeconds)}</Stat>
        <Stat name="Transcoder’s lag">{shown(answerMs, formatSeconds)}</Stat>
        <Stat name="Round trip to the relay">{shown(roundTripMs, (ms) => `${Math.round(ms)} ms`)}</Stat>
      </dl>
    </Card>
  )
}

const shown = (ms: number | undefined, format: (ms: number) => string): string =>
  ms === undefined ? 'not measured yet' : format(ms)
