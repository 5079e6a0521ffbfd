const SPS_TYPE = 7
const KEYFRAME_SLICE_TYPE = 5

/**
 * The sequence parameter set in an Annex B keyframe, as a text to compare; `''` when the keyframe has none. The set holds the
 * size, profile and colours of the pictures. Browsers write another set in the middle of a stream, for example when a canvas
 * (full range) replaces a camera (video range).
 */
export function sequenceParameters(keyframe: Uint8Array): string {
  let from = -1
  for (let at = keyframe.indexOf(1, 2); at !== -1; at = keyframe.indexOf(1, at + 1)) {
    if (keyframe[at - 1] !== 0 || keyframe[at - 2] !== 0) continue
    if (from !== -1) return String.fromCharCode(...keyframe.subarray(from, at - 2)).replace(/\0+$/, '')
    const type = (keyframe[at + 1] ?? 0) & 0x1f
    if (type === SPS_TYPE) from = at + 1
    if (type === KEYFRAME_SLICE_TYPE) return ''
  }
  return ''
}
