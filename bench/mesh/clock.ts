/** The pictures per second of the media. */
export const frameRate = 20

/**
 * The picture clock: fields from left to right in the top left corner of each picture, black or white. Each field is one bit of the
 * number of the picture, the lowest bit first. `width` and `height` are the size of all fields together in a picture of 854 × 480 pixels.
 */
export const clock = { bits: 14, width: 448, height: 32, pictureWidth: 854, pictureHeight: 480 }
