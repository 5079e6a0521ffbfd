import type { WatchSnapshot } from './WatchSession'
import type { WatchState } from './WatchState'

/** The state that the viewer sees, made from the state of the stream and the state of the video on screen. */
export function stateOf({ stream, playing }: WatchSnapshot): WatchState {
  if (playing.problem) return { name: 'failed', problem: playing.problem }
  // The past does not depend on the newest segments of the stream.
  if (playing.isPast && !playing.isFinished)
    return { name: playing.hasStarted && !playing.isWaiting ? 'live' : 'buffering' }
  const isMoving = playing.hasStarted && !playing.isWaiting && !playing.isFinished
  switch (stream.state) {
    case 'failed':
      return {
        name: 'failed',
        problem: {
          sentence: 'The chain does not answer, so the stream cannot be found.',
          nextStep: 'Check your connection and try again.',
        },
      }
    case 'reconnecting':
    case 'silent':
    case 'ended':
    case 'transcoder-offline':
      // The state stays `live` while the buffer has pictures to play.
      return isMoving ? { name: 'live' } : { name: stream.state }
    case 'live':
      if (!playing.hasStarted) return { name: playing.isSought ? 'buffering' : 'connecting' }
      return { name: isMoving ? 'live' : 'buffering' }
    default:
      return { name: stream.state }
  }
}
