import type { WatchState } from '../WatchState'
import type { RecordingSnapshot } from './RecordingSession'

/** The state that the viewer sees, made from the state of the search and the state of the video on screen. */
export function stateOf({ state, problem, picture }: RecordingSnapshot): WatchState {
  if (problem) return { name: 'failed', problem }
  switch (state) {
    case 'found':
      return picture.hasStarted ? { name: 'recording', isWaiting: picture.isWaiting } : { name: 'searching' }
    case 'not-found':
    case 'nobody':
      return { name: state }
    default:
      return { name: 'searching' }
  }
}
