import { ProtocolError } from '../errors'
import * as Adts from './Adts'
import * as H264 from './H264'
import { concat, createDemuxer, type Kind } from './MpegTsDemuxer'

/** The formats of a segment's streams. A transcoder needs only this information to start its work. Every `Probe` is also a `Head`. */
export type Head = { video?: H264.H264; audio?: Adts.Adts }

/** The parameter set of the video must be within this number of bytes from the start of the first picture. */
const maxParameterOffset = 4_096

/**
 * Reads the head of a segment while the segment arrives. `push` returns the head when the format of every declared stream is
 * known. `end` returns the formats that are known then. Both throw `MalformedError`, `UnsupportedStreamError`,
 * `MissingParametersError`, or an error of `H264` or `Adts`.
 */
export function createHeadReader(): { push(chunk: Uint8Array): Head | undefined; end(): Head } {
  const head: Head = {}
  let declared: ReadonlySet<Kind> | undefined
  const demuxer = createDemuxer({
    program: (kinds) => {
      declared = kinds
    },
    arriving: (kind, parts) => {
      if (head[kind]) return
      const start = concat(parts)
      if (kind === 'video') {
        const sps = findParameters(start)
        if (sps) head.video = H264.parse(sps)
        else if (start.length > maxParameterOffset) throw new MissingParametersError()
      } else if (start.length >= Adts.headerBytes) head.audio = Adts.readHeader(start).format
    },
    pes: (kind) => {
      if (kind === 'video' && !head.video) throw new MissingParametersError()
    },
  })
  const isKnown = () => declared && [...declared].every((kind) => head[kind])
  return {
    push: (chunk) => {
      if (!isKnown()) demuxer.push(chunk)
      return isKnown() ? head : undefined
    },
    end: () => {
      if (!isKnown()) demuxer.end()
      return head
    },
  }
}

/** Leaves out the last NAL unit, because its end has possibly not arrived yet. */
const findParameters = (start: Uint8Array) =>
  H264.nalUnits(start)
    .slice(0, -1)
    .find((unit) => H264.typeOf(unit) === H264.nalType.sps)

export class MissingParametersError extends ProtocolError {
  override readonly name = 'MpegTs.MissingParametersError'
  constructor() {
    super('The segment does not start with the parameters of its video.', {
      details: [`Rule: a sequence parameter set within the first ${maxParameterOffset} bytes of the first picture`],
    })
  }
}
