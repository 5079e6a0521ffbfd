/** The figures of one viewer since it opened the page. */
export type Reading = {
  /** The time from the opening of the page to the first picture. */
  firstPictureMs: number | undefined
  /** Seconds of media that the player has received. */
  deliveredS: number
  stalls: number
  stalledS: number
  /**
   * The time between the moment at which a camera would have taken the picture, and the moment at which the picture is on screen: the sum,
   * the number and the newest of the samples.
   */
  behindS: { sum: number; count: number; newest: number }
  /** Height of the picture on screen, in pixels. */
  height: number
  /** Bytes of all messages over data channels. */
  sentBytes: number
  receivedBytes: number
}

declare global {
  var readProbe: () => Reading
}

type Clock = { bits: number; width: number; height: number; pictureWidth: number; pictureHeight: number }

/**
 * Runs in the page before the page's own scripts, and measures each player in the same way: it looks at the video element, the picture
 * clock and the data channels. `startMs`: the Unix time of the first picture of the stream.
 */
export function probe({ startMs, clock, frameRate }: { startMs: number; clock: Clock; frameRate: number }): void {
  const sampleMs = 250
  const traffic = { sentBytes: 0, receivedBytes: 0 }
  const sizeOf = (data: unknown): number => {
    if (typeof data === 'string') return data.length
    return data instanceof Blob ? data.size : (data as ArrayBuffer).byteLength
  }
  const count = (channel: RTCDataChannel) =>
    channel.addEventListener('message', ({ data }) => {
      traffic.receivedBytes += sizeOf(data)
    })
  const { send } = RTCDataChannel.prototype
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
    traffic.sentBytes += sizeOf(data)
    return send.call(this, data as never)
  }
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      this.addEventListener('datachannel', ({ channel }) => count(channel))
    }

    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options)
      count(channel)
      return channel
    }
  }

  let firstPictureMs: number | undefined
  let [deliveredS, deliveredUntilS] = [0, 0]
  let [stalls, stalledS, isStalled] = [0, 0, false]
  let [sampledMs, sampledS, samples] = [0, 0, 0]
  const behindS = { sum: 0, count: 0, newest: 0 }
  const canvas = new OffscreenCanvas(clock.bits, 1)
  const context = canvas.getContext('2d', { willReadFrequently: true })

  /** The number of the picture on screen. */
  function shownPicture(video: HTMLVideoElement): number {
    const [scaleX, scaleY] = [video.videoWidth / clock.pictureWidth, video.videoHeight / clock.pictureHeight]
    // Reads only the middle third of the height of the clock's black and white fields, because the encoder blurs their borders.
    const [top, height] = [(clock.height / 3) * scaleY, (clock.height / 3) * scaleY]
    context?.drawImage(video, 0, top, clock.width * scaleX, height, 0, 0, clock.bits, 1)
    const { data = [] } = context?.getImageData(0, 0, clock.bits, 1) ?? {}
    let number = 0
    for (let bit = 0; bit < clock.bits; bit++) if ((data[4 * bit] ?? 0) > 127) number += 2 ** bit
    return number
  }

  function sample(video: HTMLVideoElement): void {
    const nowMs = performance.now()
    const { buffered, currentTime } = video
    for (let range = 0; range < buffered.length; range++)
      deliveredS += Math.max(0, buffered.end(range) - Math.max(buffered.start(range), deliveredUntilS))
    if (buffered.length > 0) deliveredUntilS = Math.max(deliveredUntilS, buffered.end(buffered.length - 1))
    if (firstPictureMs === undefined) return
    const elapsedS = (nowMs - sampledMs) / 1_000
    // A video that plays at less than a tenth of the normal speed counts as stalled.
    const isStill = currentTime - sampledS < elapsedS / 10
    if (isStill) stalledS += elapsedS
    if (isStill && !isStalled) stalls++
    isStalled = isStill
    sampledMs = nowMs
    sampledS = currentTime
    if (samples++ % 4 > 0) return
    behindS.newest = (Date.now() - startMs) / 1_000 - shownPicture(video) / frameRate
    behindS.sum += behindS.newest
    behindS.count++
  }

  const observer = new MutationObserver(() => {
    const video = document.querySelector('video')
    if (!video) return
    observer.disconnect()
    video.requestVideoFrameCallback(() => {
      firstPictureMs = performance.now()
      sampledMs = firstPictureMs
      sampledS = video.currentTime
    })
    setInterval(() => sample(video), sampleMs)
  })
  observer.observe(document, { childList: true, subtree: true })

  globalThis.readProbe = () => ({
    ...{ firstPictureMs, deliveredS, stalls, stalledS, behindS: { ...behindS }, ...traffic },
    height: document.querySelector('video')?.videoHeight ?? 0,
  })
}
