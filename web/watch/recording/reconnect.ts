import type { Torrent } from 'webtorrent/dist/webtorrent.min.js'

/**
 * Connects again to the trackers to which the connection was lost. WebTorrent alone would wait up to five minutes before the first attempt,
 * and longer before each further attempt. In this time, no viewer could find the recording of this viewer.
 */
export function reconnect({ discovery }: Torrent): void {
  for (const tracker of discovery?.tracker?._trackers ?? []) {
    if (!tracker.reconnecting || !tracker.reconnectTimer) continue
    clearTimeout(tracker.reconnectTimer)
    tracker.reconnectTimer = null
    tracker._openSocket()
    // The torrents of a page share one connection to a tracker. WebTorrent tells only the first torrent that the connection is open.
    tracker.socket?.once('connect', () => tracker._onSocketConnect())
  }
}
