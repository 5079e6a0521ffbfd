import { ProtocolError } from '../errors'

/** The audio format in the header of an AAC frame. ISO/IEC 14496-3, 1.A.2. */
export type Adts = {
  /** RFC 6381, for playlists and MediaSource: `mp4a.40.2`. */
  codec: string
  sampleRate: number
  channels: number
}

export type Frame = {
  format: Adts
  /** Samples per channel. */
  samples: number
  /** Header and payload. */
  bytes: Uint8Array
}

const sampleRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]

/** Splits a stream into its frames. The last frame must be whole. The frames are views, not copies. Throws `MalformedError`. */
export function frames(stream: Uint8Array): Frame[] {
  const found: Frame[] = []
  for (let offset = 0; offset < stream.length; ) {
    const { format, samples, length } = readHeader(stream.subarray(offset))
    if (offset + length > stream.length) throw new MalformedError({ rule: 'the last frame is whole' })
    found.push({ format, samples, bytes: stream.subarray(offset, offset + length) })
    offset += length
  }
  return found
}

/** The number of bytes that `readHeader` needs. */
export const headerBytes = 7

/** Reads the header of a frame. Does not need the rest of the frame. Throws `MalformedError`. */
export function readHeader(stream: Uint8Array): { format: Adts; samples: number; length: number } {
  if (stream.length < headerBytes) throw new MalformedError({ rule: 'a header has at least 7 bytes' })
  const byte = (index: number) => stream[index] as number
  if (byte(0) !== 0xff || (byte(1) & 0xf6) !== 0xf0) throw new MalformedError({ rule: 'a frame starts with FFF' })
  const sampleRate = sampleRates[(byte(2) >> 2) & 15]
  if (sampleRate === undefined) throw new MalformedError({ rule: 'the sample rate is in the table of the standard' })
  const configuration = ((byte(2) & 1) << 2) | (byte(3) >> 6)
  if (configuration === 0)
    throw new MalformedError({ rule: 'the channel configuration is in the table of the standard' })
  const length = ((byte(3) & 3) << 11) | (byte(4) << 3) | (byte(5) >> 5)
  if (length < (byte(1) & 1 ? 7 : 9)) throw new MalformedError({ rule: 'a frame is at least as long as its header' })
  return {
    format: {
      codec: `mp4a.40.${(byte(2) >> 6) + 1}`,
      sampleRate,
      channels: configuration === 7 ? 8 : configuration,
    },
    samples: 1024 * ((byte(6) & 3) + 1),
    length,
  }
}

export class MalformedError extends ProtocolError {
  override readonly name = 'Adts.MalformedError'
  constructor({ rule }: { rule: string }) {
    super('The AAC frames are malformed.', { details: [`Rule: ${rule}`] })
  }
}
