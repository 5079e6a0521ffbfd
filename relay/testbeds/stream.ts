import {
  Acceptance,
  Assignment,
  Part,
  PayloadTree,
  Segment,
  StreamEnd,
  StreamId,
  TranscodingOptions,
} from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { Publication } from '../src/records/Publication'
import type { StreamRecord } from '../src/records/StreamRecord'

export const domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' } as const

const key = () => privateKeyToAccount(generatePrivateKey())
const startTimeMs = 1_790_000_000_000n

const defaultOptions: TranscodingOptions.TranscodingOptions = {
  ...{ width: 1280, height: 720, fps: 30 },
  renditions: [
    { height: 480, bitrate: 1_000_000 },
    { height: 240, bitrate: 300_000 },
  ],
}

/** A stream with real keys. It makes the signatures of the broadcaster and of the transcoders. */
export function createStream(options = defaultOptions, { mayRecord = true }: { mayRecord?: boolean } = {}) {
  const streamKey = key()
  const streamId = StreamId.random(streamKey.address, { mayRecord })
  const { width, height } = options
  const source = { width, height, hasVideo: true, hasAudio: true, codecs: 'avc1.42c01f,mp4a.40.2' }

  /** Assigns the stream to a transcoder, beginning with the segment `fromSequence`. Default: a new transcoder. */
  async function assign({ fromSequence, transcoder = key() }: { fromSequence: bigint; transcoder?: typeof streamKey }) {
    const renditionKey = key()
    const jobId = await PayloadTree.hash(crypto.getRandomValues(new Uint8Array(32)))
    const terms = { jobId, streamId, renditionKey: renditionKey.address, fromSequence }
    const record: StreamRecord = {
      ...{ streamId, jobId, transcoder: transcoder.address, options, source, state: 'live', end: undefined },
      acceptance: await Acceptance.sign(terms, transcoder, domain),
      assignment: await Assignment.sign({ ...terms, transcoder: transcoder.address }, streamKey, domain),
      renditions: options.renditions.map(({ height, bitrate }, index) => ({
        streamId: StreamId.rendition({ ...terms, index, renditionKey: renditionKey.address }),
        width: TranscodingOptions.renditionWidth(height, source),
        ...{ height, bitrate },
      })),
    }
    return { record, renditionKey }
  }

  /** Signs a publication of `data`: by default a segment of the source, with the stream key. `as`: a rendition and its signer. */
  async function publication({
    sequenceNumber,
    data = new Uint8Array([Number(sequenceNumber % 256n)]),
    atMs = 2_000 * Number(sequenceNumber),
    durationMs = 2_000,
    as = { streamId, signer: streamKey },
  }: {
    sequenceNumber: bigint
    data?: Uint8Array
    /** Milliseconds since the start of the stream. */
    atMs?: number
    durationMs?: number
    as?: { streamId: StreamId.StreamId; signer: ReturnType<typeof key> }
  }): Promise<Publication> {
    const header = {
      ...{ streamId: as.streamId, sequenceNumber, durationMs },
      startTimeMs: startTimeMs + BigInt(atMs),
      dataHash: await PayloadTree.hash(data),
    }
    return { ...(await Segment.sign(header, as.signer, domain)), byteLength: data.length }
  }

  /**
   * Signs the parts of a segment of the source, or of the rendition that `as` names. The parts end at these `lengths` in bytes. Each part
   * adds 400 ms.
   */
  async function parts({
    sequenceNumber,
    data,
    lengths,
    as = { streamId, signer: streamKey },
  }: {
    sequenceNumber: bigint
    data: Uint8Array
    lengths: readonly number[]
    as?: { streamId: StreamId.StreamId; signer: ReturnType<typeof key> }
  }): Promise<{ part: Part.Part; bytes: Uint8Array }[]> {
    const place = {
      ...{ streamId: as.streamId, sequenceNumber },
      startTimeMs: startTimeMs + 2_000n * sequenceNumber,
    }
    return Promise.all(
      lengths.map(async (length, index) => {
        const prefixHash = await PayloadTree.hash(data.subarray(0, length))
        const part = await Part.sign(
          { ...place, index, length, durationMs: 400 * (index + 1), prefixHash },
          as.signer,
          domain,
        )
        return { part, bytes: data.subarray(lengths[index - 1] ?? 0, length) }
      }),
    )
  }

  const end = (lastSequenceNumber: bigint) => StreamEnd.sign({ streamId, lastSequenceNumber }, streamKey, domain)

  return { streamId, streamKey, source, assign, publication, parts, end }
}
