import type { Size } from './picture'
import { findVideoCodec } from './videoCodec'

/** A second of video is encoded, but the measurement takes at most this time. */
const LONGEST_MS = 1_000
/** The number of pictures that may wait. With one picture, the encoder would wait for this code between two pictures. */
const MAX_QUEUE = 2
/** Some browsers have no event `dequeue`. */
const DEQUEUE_MS = 20
/** The texture is larger than a picture by this number of pixels, so that it can move. */
const MARGIN = 64

/**
 * The number of moving pictures that this computer encodes in one second at this size and frame rate, with the codec of a capture. 0 if it
 * has no such encoder. Runs in a worker.
 */
export async function measureEncoder(shape: Size & { fps: number; bitrate: number }): Promise<number> {
  const codec = await findVideoCodec(shape)
  if (!codec) return 0
  let hasFailed = false
  const encoder = new VideoEncoder({
    output() {},
    error: () => {
      hasFailed = true
    },
  })
  encoder.configure(codec.config)
  const pictureOf = movingTexture(codec.config)
  const startedAtMs = performance.now()
  let pictures = 0
  while (pictures < shape.fps && performance.now() - startedAtMs < LONGEST_MS && !hasFailed) {
    const picture = pictureOf(pictures, (pictures * 1e6) / shape.fps)
    encoder.encode(picture, { keyFrame: pictures === 0 })
    picture.close()
    pictures++
    while (encoder.encodeQueueSize >= MAX_QUEUE && !hasFailed) await dequeued(encoder)
  }
  // A failed encoder is closed, and rejects.
  await encoder.flush().catch(() => undefined)
  const seconds = (performance.now() - startedAtMs) / 1_000
  if (encoder.state !== 'closed') encoder.close()
  return hasFailed ? 0 : pictures / seconds
}

const dequeued = (encoder: VideoEncoder) =>
  new Promise<void>((resolve) => {
    encoder.addEventListener('dequeue', () => resolve(), { once: true })
    setTimeout(resolve, DEQUEUE_MS)
  })

/** Pictures of a moving surface with a fine texture. For black pictures, an encoder needs less time than for the pictures of a camera. */
function movingTexture({ width, height }: Size) {
  const stride = width + MARGIN
  const rows = height + MARGIN
  const [luma, chroma] = [stride * rows, (stride / 2) * (rows / 2)]
  const data = new Uint8Array(luma + 2 * chroma).fill(128, luma)
  let noise = 1
  for (let at = 0; at < luma; at++) {
    noise = (Math.imul(noise, 1_103_515_245) + 12_345) & 0x7fffffff
    data[at] = 40 + (((at % stride) + Math.floor(at / stride)) & 127) + (noise >> 28)
  }
  return (index: number, timestamp: number) => {
    const shift = (index * 2) % MARGIN
    return new VideoFrame(data, {
      ...{ format: 'I420', codedWidth: width, codedHeight: height, timestamp },
      layout: [
        { offset: shift * stride + shift, stride },
        { offset: luma, stride: stride / 2 },
        { offset: luma + chroma, stride: stride / 2 },
      ],
    })
  }
}
