import type { AudienceSummary, Spread } from 'lp-relay'
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
 * Each step from the camera to the viewers with its figure, and for each trouble the cause and what to do. Scripts read the `data-`
 * attributes.
 */
export function HealthCard({
  figures: { bitrate, targetBitrate, recentBitrates, health },
  hasTrouble,
}: HealthCardProps) {
  const { encoder, uploadMs, answerMs, roundTripMs, audience } = health
  const rate = `${formatBitrate(bitrate)} of ${formatBitrate(targetBitrate)}`
  return (
    <Card
      heading="Stream health"
      data-testid="stream-health"
      data-fps={encoder?.fps}
      data-encoded={encoder?.encoded}
      data-dropped={encoder?.dropped}
      data-viewers={audience?.viewers}
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
      <AudienceFigures audience={audience} />
    </Card>
  )
}

/** The figures that viewers report. Each is shown as the lowest, the middle and the highest. */
function AudienceFigures({ audience }: { audience: AudienceSummary | undefined }) {
  const { viewers, latencyMs, stalls } = audience ?? {}
  return (
    <div className="mt-4 border-line border-t pt-4">
      <dl className="grid grid-cols-2 gap-4">
        <Stat name="Viewers now">{viewers ?? 'not known yet'}</Stat>
        {latencyMs && (
          <Stat name="Viewers’ latency" hint="lowest, middle, highest">
            {spread(latencyMs, (ms) => (ms / 1_000).toFixed(1))} s
          </Stat>
        )}
        {stalls && (
          <Stat name="Interruptions in a minute" hint="lowest, middle, highest">
            {spread(stalls, String)}
          </Stat>
        )}
      </dl>
      <p className="mt-3 text-pretty text-[13px] text-ink-soft leading-relaxed">
        Viewers report these figures to the transcoder’s relay. Other players, and viewers without a relay, are not
        counted.
      </p>
    </div>
  )
}

const spread = ({ min, median, max }: Spread, format: (figure: number) => string): string =>
  [min, median, max].map(format).join(' · ')

const shown = (ms: number | undefined, format: (ms: number) => string): string =>
  ms === undefined ? 'not measured yet' : format(ms)
