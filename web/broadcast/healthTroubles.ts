import type { AudienceSummary } from 'lp-relay'
import type { Problem } from '../ui/Problem'
import type { StreamHealth } from './StreamHealth'

/** A segment lasts two seconds. An upload that needs longer becomes later with each segment. */
const slowUploadMs = 2_500
const slowAnswerMs = 4_000
const slowRoundTripMs = 500
const lateMs = 10_000
/** So many interruptions in a minute do not come from one short fault. */
const manyStalls = 3

/**
 * The troubles on the way from the camera to the viewers: the cause, and what to do. `hasTrouble`: the page already shows a trouble of the
 * line or of the transcoder. The sentences have no measured values, because a screen reader reads a sentence again when it changes.
 */
export function healthTroubles(health: StreamHealth, { hasTrouble }: { hasTrouble: boolean }): Problem[] {
  const found = [encoderTrouble(health), ...(hasTrouble ? [] : [lineTrouble(health), transcoderTrouble(health)])]
  const causes = found.filter((trouble) => trouble !== undefined)
  const effect = audienceTrouble(health.audience)
  // What viewers see is then the effect of a cause that the page already names.
  return hasTrouble || causes.length > 0 || !effect ? causes : [effect]
}

function encoderTrouble({ encoder, recentlyDropped }: StreamHealth): Problem | undefined {
  if (!encoder) return undefined
  const { fps, fullFps } = encoder
  if (recentlyDropped > (fps * 10) / 20)
    return {
      sentence: `Your computer is too slow for ${fps} pictures a second: it leaves pictures out.`,
      nextStep: 'Close other programs and tabs. If this continues, start a new broadcast with a lower quality.',
    }
  if (fps < fullFps)
    return {
      sentence: `Your computer is too slow for ${fullFps} pictures a second: the stream goes on at ${fps}.`,
      nextStep: 'Close other programs and tabs. The page tries more pictures again by itself.',
    }
  return undefined
}

function lineTrouble({ uploadMs, roundTripMs }: StreamHealth): Problem | undefined {
  if ((uploadMs ?? 0) > slowUploadMs)
    return {
      sentence: 'Your upload is too slow for this quality: segments wait before they are sent.',
      nextStep: 'Stop other uploads. If this continues, start a new broadcast with a lower quality.',
    }
  if ((roundTripMs ?? 0) > slowRoundTripMs)
    return {
      sentence: 'The way to the transcoder is slow: your line is busy, or the transcoder is far away.',
      nextStep: 'Stop other downloads and uploads, and use a cable or go nearer to the Wi-Fi router.',
    }
  return undefined
}

const transcoderTrouble = ({ answerMs }: StreamHealth): Problem | undefined =>
  (answerMs ?? 0) > slowAnswerMs
    ? {
        sentence: 'The transcoder is late, so viewers see the lower qualities later.',
        nextStep:
          'Keep this page open: a transcoder that stays too slow hands the stream over. If this happens often, start a new broadcast with a lower quality.',
      }
    : undefined

/** Viewers report these figures, and can lie. So the sentences say what viewers report, and no step costs anything. */
function audienceTrouble(audience: AudienceSummary | undefined): Problem | undefined {
  const { viewers = 0, stalls, latencyMs } = audience ?? {}
  if (stalls && stalls.median > 0)
    return {
      sentence:
        viewers === 1
          ? 'The viewer reports interruptions, although your segments arrive in time: the relay or the viewer’s line is too slow.'
          : 'Most viewers report interruptions, although your segments arrive in time: the relay is too slow for so many viewers, or the quality is too high for their lines.',
      nextStep:
        'Viewers can choose a lower quality in the player. If this continues, start a new broadcast with a lower quality.',
    }
  if (stalls && stalls.max >= manyStalls)
    return {
      sentence:
        'Some viewers report many interruptions; most viewers report none: the lines of these viewers are slow.',
      nextStep: 'Tell them to choose a lower quality in the player. You need to change nothing.',
    }
  if (latencyMs && latencyMs.median > lateMs)
    return {
      sentence:
        'Most viewers report that they are more than ten seconds behind: they have sought back, their link asks for a longer latency, or their lines are slow.',
      nextStep: 'When you answer questions, wait a little longer.',
    }
  return undefined
}
