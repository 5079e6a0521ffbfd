export type Size = { width: number; height: number }

// Encoders refuse pictures with a side of less than this number of pixels.
const MIN_SIDE = 64

/**
 * The size of the encoded picture, constant during the capture. It fits into the box, and has even sides of at least `MIN_SIDE`. Except
 * for this minimum, it is never larger than the source. For an upright source, the box is turned: an upright phone gets 720×1280, not a
 * small picture in the middle of 1280×720.
 */
export function encodedSize(source: Size, box: Size): Size {
  const isUpright = source.height > source.width
  const [boxWidth, boxHeight] = isUpright !== box.height > box.width ? [box.height, box.width] : [box.width, box.height]
  const scale = Math.min(1, boxWidth / source.width, boxHeight / source.height)
  return { width: evenSide(source.width * scale), height: evenSide(source.height * scale) }
}

const evenSide = (side: number) => Math.max(MIN_SIDE, 2 * Math.round(side / 2 - 0.25))

/** Position and size of a picture, scaled to fit into a box and centred in it. */
export function containedIn(picture: Size, box: Size): Size & { x: number; y: number } {
  const scale = Math.min(box.width / picture.width, box.height / picture.height)
  const width = Math.round(picture.width * scale)
  const height = Math.round(picture.height * scale)
  return { x: Math.floor((box.width - width) / 2), y: Math.floor((box.height - height) / 2), width, height }
}

export type PictureFitter = {
  /** Returns a new frame for the encoder, with the given timestamp. The caller closes both frames. */
  fit(frame: VideoFrame, timestampUs: number): VideoFrame
}

// `encodedSize` rounds the sides to even numbers. So the encoder stretches some pictures a little, to fill the encoded size. People cannot
// see a stretch of at most this number of pixels.
const TOLERANCE_PX = 2

/**
 * Gives every frame the aspect ratio of the encoded picture. A frame that has this aspect ratio keeps its own size, because the encoder
 * scales the frame. All other frames, and frames that are turned, are drawn on a canvas of the encoded size, with black bars. After the
 * first such frame, all frames are drawn on the canvas: the colours of the canvas differ from the colours of the camera, and each change of
 * the format would end a segment. If the browser gives no canvas, frames stay as they are.
 */
export function createPictureFitter(size: Size): PictureFitter {
  let context: OffscreenCanvasRenderingContext2D | null = null
  return {
    fit(frame, timestampUs) {
      const source = { width: frame.displayWidth, height: frame.displayHeight }
      const place = containedIn(source, size)
      const fillsBox = size.width - place.width <= TOLERANCE_PX && size.height - place.height <= TOLERANCE_PX
      if (!context && fillsBox && !isTurned(frame)) return new VideoFrame(frame, { timestamp: timestampUs })
      context ??= new OffscreenCanvas(size.width, size.height).getContext('2d', { alpha: false })
      if (!context) return new VideoFrame(frame, { timestamp: timestampUs })
      context.fillRect(0, 0, size.width, size.height)
      context.drawImage(frame, place.x, place.y, place.width, place.height)
      return new VideoFrame(context.canvas, { timestamp: timestampUs })
    },
  }
}

/** A black picture, for a source that has not given a frame yet. */
export function blackPicture(size: Size, timestampUs = 0): VideoFrame {
  const luma = size.width * size.height
  const data = new Uint8Array(luma * 1.5).fill(16, 0, luma).fill(128, luma)
  return new VideoFrame(data, {
    format: 'I420',
    codedWidth: size.width,
    codedHeight: size.height,
    timestamp: timestampUs,
  })
}

/**
 * Whether a frame is rotated or mirrored. Phones give such frames. Encoders refuse a frame if its orientation differs from the orientation
 * of the earlier frames, so turned frames are drawn upright on the canvas.
 */
function isTurned(frame: VideoFrame & { rotation?: number; flip?: boolean }): boolean {
  return (frame.rotation ?? 0) !== 0 || frame.flip === true
}
