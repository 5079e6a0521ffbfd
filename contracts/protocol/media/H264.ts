import { ProtocolError } from '../errors'

/** The picture format in a sequence parameter set, after cropping. ITU-T H.264, 7.3.2.1.1 and annex E. */
export type H264 = {
  /** RFC 6381, for playlists and MediaSource: `avc1.4d401f`. */
  codec: string
  width: number
  height: number
  /** Whether samples use all values, 0–255. If not, luma has the values 16–235, and chroma 16–240. */
  fullRange: boolean
  /** Code points of ISO/IEC 23091-2. 2 means unspecified. */
  colour: { primaries: number; transfer: number; matrix: number }
}

export const nalType = { slice: 1, keyframeSlice: 5, sei: 6, sps: 7, accessUnitDelimiter: 9 } as const

export const typeOf = (nalUnit: Uint8Array): number => (nalUnit[0] as number) & 31

/** Whether this NAL unit starts a picture: a slice whose `first_mb_in_slice` is 0. */
export function startsPicture(nalUnit: Uint8Array): boolean {
  const type = typeOf(nalUnit)
  return (type === nalType.slice || type === nalType.keyframeSlice) && ((nalUnit[1] ?? 0) & 0x80) !== 0
}

/**
 * The largest number of NAL units in a picture; usual pictures have a few. This maximum limits the memory that a peer can
 * occupy in the receiver.
 */
const maxUnits = 128

/**
 * Splits the Annex B byte stream of one picture at its start codes. The NAL units are views, not copies. Zeros after a NAL
 * unit are not part of the unit. Throws `MalformedError` if the picture has more than 128 NAL units.
 */
export function nalUnits(stream: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = []
  let from = -1
  for (let end = stream.indexOf(1, 2); end !== -1; end = stream.indexOf(1, end + 1)) {
    if (stream[end - 1] !== 0 || stream[end - 2] !== 0) continue
    if (from !== -1) addUnit(units, stream, { from, to: end - 2 })
    from = end + 1
  }
  if (from !== -1) addUnit(units, stream, { from, to: stream.length })
  return units
}

function addUnit(units: Uint8Array[], stream: Uint8Array, { from, to }: { from: number; to: number }) {
  let end = to
  while (end > from && stream[end - 1] === 0) end--
  if (end === from) return
  if (units.length === maxUnits) throw new MalformedError({ rule: `a picture has at most ${maxUnits} NAL units` })
  units.push(stream.subarray(from, end))
}

/** The largest number of bytes that `parse` reads. Usual parameter sets have 10 to 100 bytes. */
const maxParameterBytes = 1024
const highProfiles = new Set([44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244])

/** Reads a sequence parameter set. Throws `MalformedError`, or `UnsupportedError` for formats that browsers do not send. */
export function parse(nalUnit: Uint8Array): H264 {
  const bits = reader(withoutEmulationPrevention(nalUnit.subarray(1, maxParameterBytes)))
  const [profile, constraints, level] = [bits.read(8), bits.read(8), bits.read(8)]
  bits.golomb()
  if (highProfiles.has(profile)) {
    if (bits.golomb() !== 1) throw new UnsupportedError({ feature: 'a chroma format other than 4:2:0' })
    if (bits.golomb() !== 0 || bits.golomb() !== 0)
      throw new UnsupportedError({ feature: 'more than 8 bits per sample' })
    bits.read(1)
    if (bits.read(1)) skipScalingLists(bits)
  }
  bits.golomb()
  const orderType = bits.golomb()
  if (orderType === 0) bits.golomb()
  else if (orderType === 1) skipOrderCycle(bits)
  bits.golomb()
  bits.read(1)
  const macroblocksWide = bits.golomb() + 1
  const macroblocksHigh = bits.golomb() + 1
  if (!bits.read(1)) throw new UnsupportedError({ feature: 'interlaced pictures' })
  bits.read(1)
  const [left, right, top, bottom] = bits.read(1)
    ? [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()]
    : [0, 0, 0, 0]
  const width = macroblocksWide * 16 - 2 * (left + right)
  const height = macroblocksHigh * 16 - 2 * (top + bottom)
  if (width < 2 || height < 2 || macroblocksWide > 1024 || macroblocksHigh > 1024)
    throw new MalformedError({
      rule: 'the width and the height of the picture are at least 2 pixels and at most 1024 macroblocks',
    })
  const codec = `avc1.${[profile, constraints, level].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
  return { codec, width, height, ...(bits.read(1) ? parseColour(bits) : unspecified) }
}

const unspecified = { fullRange: false, colour: { primaries: 2, transfer: 2, matrix: 2 } }

function parseColour(bits: Bits): Pick<H264, 'fullRange' | 'colour'> {
  if (bits.read(1) && bits.read(8) === 255) bits.read(32)
  if (bits.read(1)) bits.read(1)
  if (!bits.read(1)) return unspecified
  bits.read(3)
  const fullRange = bits.read(1) === 1
  if (!bits.read(1)) return { ...unspecified, fullRange }
  return { fullRange, colour: { primaries: bits.read(8), transfer: bits.read(8), matrix: bits.read(8) } }
}

function skipScalingLists(bits: Bits) {
  for (let list = 0; list < 8; list++) {
    if (!bits.read(1)) continue
    let last = 8
    for (let index = 0, next = 8; index < (list < 6 ? 16 : 64); index++) {
      if (next !== 0) next = (last + bits.signedGolomb() + 256) & 255
      if (next !== 0) last = next
    }
  }
}

function skipOrderCycle(bits: Bits) {
  bits.read(1)
  bits.golomb()
  bits.golomb()
  const frames = bits.golomb()
  if (frames > 255) throw new MalformedError({ rule: 'an order cycle has at most 255 frames' })
  for (let frame = 0; frame < frames; frame++) bits.golomb()
}

/** Removes the emulation prevention bytes: the 03 of every 00 00 03. */
function withoutEmulationPrevention(bytes: Uint8Array): Uint8Array {
  const raw = new Uint8Array(bytes.length)
  let length = 0
  for (let index = 0, zeros = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number
    if (zeros === 2 && byte === 3) zeros = 0
    else {
      raw[length++] = byte
      zeros = byte === 0 ? Math.min(2, zeros + 1) : 0
    }
  }
  return raw.subarray(0, length)
}

type Bits = ReturnType<typeof reader>

function reader(bytes: Uint8Array) {
  let position = 0
  const read = (count: number): number => {
    if (position + count > bytes.length * 8) throw new MalformedError({ rule: 'the parameter set is whole' })
    let value = 0
    for (const end = position + count; position < end; position++)
      value = value * 2 + (((bytes[position >> 3] as number) >> (7 - (position & 7))) & 1)
    return value
  }
  const golomb = (): number => {
    let zeros = 0
    while (read(1) === 0) if (++zeros > 31) throw new MalformedError({ rule: 'numbers have at most 32 bits' })
    return 2 ** zeros - 1 + read(zeros)
  }
  const signedGolomb = (): number => {
    const code = golomb()
    return code % 2 ? (code + 1) / 2 : -code / 2
  }
  return { read, golomb, signedGolomb }
}

export class MalformedError extends ProtocolError {
  override readonly name = 'H264.MalformedError'
  constructor({ rule }: { rule: string }) {
    super('The H.264 stream is malformed.', { details: [`Rule: ${rule}`] })
  }
}

export class UnsupportedError extends ProtocolError {
  override readonly name = 'H264.UnsupportedError'
  constructor({ feature }: { feature: string }) {
    super('This H.264 format is not supported.', { details: [`Found: ${feature}`] })
  }
}
