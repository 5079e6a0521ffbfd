import type { Problem } from '../ui/Problem'
import type { StreamHealth } from './StreamHealth'

/** A segment lasts two seconds. An upload that needs longer becomes later with each segment. */
const slowUploadMs = 2_500
const slowAnswerMs = 4_000
const slowRoundTripMs = 500

/**
 * The troubles on the way from the camera to the transcoder: the cause, and what to do. `hasTrouble`: the page already shows a trouble of the
 * line or of the transcoder. The sentences have no measured values, because a screen reader reads a sentence again when it changes.
 */
export function healthTroubles(health: StreamHealth, { hasTrouble }: { hasTrouble: boolean }): Problem[] {
  const found = [encoderTrouble(health), ...(hasTrouble ? [] : [lineTrouble(health), transcoderTrouble(health)])]
  return found.filter((trouble) => trouble !== undefined)
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
