import type { Problem } from '../ui/Problem'
import type { WatchSnapshot } from './WatchSession'
import type { WatchState } from './WatchState'

type Facts = Pick<WatchSnapshot, 'stream' | 'playing'> & Partial<Pick<WatchSnapshot, 'isLocked' | 'paymentProblem'>>

/** The state that the viewer sees, made from the state of the stream and the state of the video on screen. `isUnpaid`: see `WatchState`. */
export function stateOf({ isUnpaid = false, ...facts }: Facts & { isUnpaid?: boolean }): WatchState {
  const state = stateOfPlayer(facts)
  const { paymentProblem } = facts
  if (paymentProblem && waiting.includes(state.name)) return { name: 'failed', problem: paymentProblem }
  return isUnpaid && (state.name === 'connecting' || state.name === 'buffering') ? { name: 'unpaid' } : state
}

/** In these states, nothing plays, and a payment could change this. */
const waiting: readonly WatchState['name'][] = ['connecting', 'buffering', 'locked']

function stateOfPlayer({ stream, playing, isLocked }: Facts): WatchState {
  if (playing.problem) return { name: 'failed', problem: playing.problem }
  // The past does not depend on the newest segments of the stream.
  if (playing.isPast && !playing.isFinished)
    return { name: playing.hasStarted && !playing.isWaiting ? 'live' : 'buffering' }
  if (stream.sale && playing.isUnverified) return { name: 'failed', problem: undecryptable }
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
      if (isLocked && !isMoving) return { name: 'locked' }
      if (!playing.hasStarted) return { name: playing.isSought ? 'buffering' : 'connecting' }
      return { name: isMoving ? 'live' : 'buffering' }
    default:
      return { name: stream.state }
  }
}

const undecryptable: Problem = {
  sentence: 'This stream is paid, and this browser cannot decrypt it.',
  nextStep: 'Open the link in a current Chrome, Edge, Firefox or Safari on a computer.',
}
