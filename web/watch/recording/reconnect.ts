import type { Torrent } from 'webtorrent/dist/webtorrent.min.js'

/**
 * Connects to the lost trackers of a torrent again. WebTorrent alone waits for up to five minutes, and longer each time. In this time, nobody
 * could find the recording of this viewer.
 */
export function reconnect({ discovery }: Torrent): void {
  for (const tracker of discovery?.tracker?._trackers ?? []) {
    if (!tracker.reconnecting || !tracker.reconnectTimer) continue
    clearTimeout(tracker.reconnectTimer)
    tracker.reconnectTimer = null
    tracker._openSocket()
    // The torrents of a page share one connection to a tracker. WebTorrent tells only the first of them that it is open.
    tracker.socket?.once('connect', () => tracker._onSocketConnect())
  }
}
