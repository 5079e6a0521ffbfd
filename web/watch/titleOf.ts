import type { WatchState } from './WatchState'

const names: Record<WatchState['name'], string> = {
  connecting: 'Connecting',
  live: 'Live',
  buffering: 'Waiting',
  reconnecting: 'Interrupted',
  silent: 'Silent',
  ended: 'Ended',
  'not-found': 'Not found',
  soon: 'Starts soon',
  'transcoder-offline': 'No answer',
  failed: 'Problem',
  searching: 'Searching',
  nobody: 'Searching',
  recording: 'Recording',
  unpaid: 'Not paid',
  locked: 'Not paid',
}

/**
 * The title of the tab: in a row of tabs, a viewer sees which stream is live. `id` is the StreamId in text. `title`: the title that the
 * broadcaster has chosen.
 */
export const titleOf = ({ name }: WatchState, id: string, title?: string) =>
  `${names[name]} · ${title ?? `stream ${id.slice(0, 8)}`}`
