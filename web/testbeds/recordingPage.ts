// The page of recording.test.ts. The test controls one session on one video element.
import '../substitutes'
import type { StreamId, typedData } from '@lp/contracts/protocol'
import type { Listing } from 'lp-relay'
import { RecordingSession, type RecordingSnapshot } from '../watch/recording/RecordingSession'
import { sharingOf } from '../watch/SharingChoice'

export type Seen = RecordingSnapshot & {
  currentTime: number
  durationS: number
  videoHeight: number
  decodedFrames: number
}

export type Driver = {
  start(parameters: { streamId: StreamId.StreamId; domain: typedData.Domain; listing: Listing }): void
  seek(seconds: number): void
  look(): Seen
  /** The names of the folders in which the browser keeps files of this page. */
  folders(): Promise<string[]>
  /** Makes a folder with this name, like a folder that stays behind when the browser is closed while a page plays a recording. */
  leaveFolder(name: string): Promise<void>
  close(): void
}

const video = document.createElement('video')
video.muted = true
video.autoplay = true
document.body.append(video)
let session: RecordingSession

const driver: Driver = {
  start({ listing, ...stream }) {
    session = new RecordingSession({
      ...stream,
      directory: { find: async () => listing },
      servers: {},
      sharing: sharingOf({}, false),
      video,
    })
  },
  seek(seconds) {
    video.currentTime = seconds
  },
  look() {
    const { currentTime, duration, videoHeight } = video
    const { totalVideoFrames: decodedFrames } = video.getVideoPlaybackQuality()
    return { ...session.getSnapshot(), currentTime, durationS: duration || 0, videoHeight, decodedFrames }
  },
  async folders() {
    const names: string[] = []
    for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name)
    return names
  },
  async leaveFolder(name) {
    await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true })
  },
  close: () => session.close(),
}

Object.assign(globalThis, { driver })
