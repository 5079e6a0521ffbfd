import { contractsOn } from '@lp/contracts/deployments'
import {
  Acceptance,
  Assignment,
  type Part,
  PayloadTree,
  PieceTree,
  Segment,
  StreamEnd,
  StreamId,
  TranscodingOptions,
  typedData,
} from '@lp/contracts/protocol'
import { type Hex, keccak256, stringToHex } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import * as json from '../src/records/json'
import type { Publication } from '../src/records/Publication'
import type { StreamRecord } from '../src/records/StreamRecord'
import type { Listing } from '../src/watch/Directory'

export type Answer = { status: number; body: string | Uint8Array; delayMs?: number }

export const domain: typedData.Domain = { chainId: 31337, jobsManager: contractsOn(31337).jobsManager.address }

export const newKey = (): PrivateKeyAccount => privateKeyToAccount(generatePrivateKey())

/** A stream with real keys and signatures, and the HTTP answers of an honest relay. For tests. */
export class TestStream {
  readonly origin = newKey()
  readonly streamId: StreamId.StreamId
  jobId: Hex
  transcoder = newKey()
  renditionKey = newKey()
  fromSequence = 0n
  options: TranscodingOptions.TranscodingOptions = {
    width: 1280,
    height: 720,
    fps: 30,
    renditions: [{ height: 360, bitrate: 600_000 }],
  }
  state: StreamRecord['state'] = 'live'
  end: StreamEnd.StreamEnd | undefined
  readonly payloads = new Map<Hex, Uint8Array>()
  readonly #published = new Map<Hex, Publication[]>()
  /** For the source and for each rendition: the parts and the bytes of its open segment. */
  readonly #open = new Map<Hex, { parts: Part.Part[]; bytes: Uint8Array }>()
  readonly #waiting = new Set<() => void>()

  constructor({ mayRecord = true }: { mayRecord?: boolean } = {}) {
    this.streamId = StreamId.random(this.origin.address, { mayRecord })
    this.jobId = keccak256(stringToHex(this.streamId))
  }

  /** The StreamId of the source, or of rendition `index`. */
  levelId(index?: number): StreamId.StreamId {
    if (index === undefined) return this.streamId
    const { jobId, streamId } = this
    return StreamId.rendition({ jobId, streamId, index, renditionKey: this.renditionKey.address })
  }

  listing(...serviceUris: string[]): Listing {
    return {
      job: {
        jobId: this.jobId,
        streamId: this.streamId,
        optionsHash: TranscodingOptions.hash(this.options),
        over: false,
      },
      candidates: serviceUris.map((serviceUri) => ({ address: this.transcoder.address, serviceUri })),
    }
  }

  async record(): Promise<StreamRecord> {
    const { jobId, streamId, fromSequence, options, state, end } = this
    const renditionKey = this.renditionKey.address
    const terms = { jobId, streamId, renditionKey, fromSequence }
    const transcoder = this.transcoder.address
    return {
      ...{ streamId, jobId, transcoder, options, state, end },
      acceptance: await Acceptance.sign(terms, this.transcoder, domain),
      assignment: await Assignment.sign({ ...terms, transcoder }, this.origin, domain),
      source: { width: 1280, height: 720, hasVideo: true, hasAudio: true, codecs: 'avc1.4d401f,mp4a.40.2' },
      renditions: options.renditions.map(({ height, bitrate }, index) => ({
        ...{ streamId: this.levelId(index), height, bitrate },
        width: TranscodingOptions.renditionWidth(height, { width: 1280, height: 720 }),
      })),
    }
  }

  /** Signs a segment of the source, or of rendition `index`. `by`: another key, for forged segments. */
  async sign(
    sequenceNumber: number,
    {
      index,
      payload = new TextEncoder().encode(`${index ?? 'source'} ${sequenceNumber}`),
      startTimeMs = Date.now() - 2_000,
      durationMs = 2_000,
      by = index === undefined ? this.origin : this.renditionKey,
    }: { index?: number; payload?: Uint8Array; startTimeMs?: number; durationMs?: number; by?: PrivateKeyAccount } = {},
  ): Promise<Publication> {
    const dataHash = await PayloadTree.hash(payload)
    this.payloads.set(dataHash, payload)
    const header: Segment.Header = {
      streamId: this.levelId(index),
      sequenceNumber: BigInt(sequenceNumber),
      startTimeMs: BigInt(startTimeMs),
      durationMs,
      dataHash,
    }
    const signature = await by.sign({ hash: Segment.hash(header, domain) })
    return { ...header, signature, byteLength: payload.length }
  }

  async publish(...parameters: Parameters<TestStream['sign']>): Promise<Publication> {
    const publication = await this.sign(...parameters)
    this.add(publication)
    return publication
  }

  /** Publishes a segment without a check. */
  add(publication: Publication): void {
    const list = this.#published.get(publication.streamId) ?? []
    this.#published.set(publication.streamId, [...list, publication])
    this.#open.delete(publication.streamId)
    this.#wake()
  }

  /**
   * Signs and publishes the next part of the open segment of the source, or of rendition `index`. `bytes`: the bytes of the segment up to the
   * end of the part.
   */
  async publishPart(
    sequenceNumber: number,
    {
      index,
      bytes,
      durationMs,
      startTimeMs,
      by = index === undefined ? this.origin : this.renditionKey,
    }: { index?: number; bytes: Uint8Array; durationMs: number; startTimeMs: number; by?: PrivateKeyAccount },
  ): Promise<void> {
    const streamId = this.levelId(index)
    const open = this.#open.get(streamId)
    const parts = open?.parts[0]?.sequenceNumber === BigInt(sequenceNumber) ? open.parts : []
    const header: Part.Header = {
      ...{ streamId, sequenceNumber: BigInt(sequenceNumber), startTimeMs: BigInt(startTimeMs) },
      ...{ index: parts.length, length: bytes.length, durationMs, prefixHash: await PayloadTree.hash(bytes) },
    }
    const signature = await by.sign({ hash: typedData.hash('Part', header, domain) })
    this.#open.set(streamId, { parts: [...parts, { ...header, signature }], bytes })
    this.#wake()
  }

  /** Withdraws the parts of the open segment. A transcoder does this when it goes back to whole segments. */
  withdrawParts(index?: number): void {
    this.#open.delete(this.levelId(index))
  }

  /** All published segments of the source, or of rendition `index`. */
  publications(index?: number): readonly Publication[] {
    return this.#published.get(this.levelId(index)) ?? []
  }

  async finish(lastSequenceNumber: number): Promise<void> {
    const message = { streamId: this.streamId, lastSequenceNumber: BigInt(lastSequenceNumber) }
    this.end = await StreamEnd.sign(message, this.origin, domain)
    this.state = 'ended'
    this.#wake()
  }

  /** A relay's answer to a GET of this path, in the format of the gateway. */
  async answer(path: string): Promise<Answer> {
    const url = new URL(path, 'http://relay')
    const [, route, id, number] = url.pathname.split('/') as [string, string, Hex, string | undefined]
    if (route === 'streams' && id === this.streamId) return { status: 200, body: json.encode(await this.record()) }
    const payload = route === 'payload' && this.payloads.get(id)
    if (payload) return { status: 200, body: payload }
    if (route !== 'segments') return { status: 404, body: '' }
    if (number !== undefined) return this.#bytes(id, BigInt(number), url.searchParams)
    if (url.searchParams.has('held')) return this.#held(id, url.searchParams)
    const after = BigInt(url.searchParams.get('after') ?? '-1')
    const newer = () => (this.#published.get(id) ?? []).filter(({ sequenceNumber }) => sequenceNumber > after)
    const parts = () => this.#partsAfter(id, url.searchParams.get('part'))
    const deadlineMs = performance.now() + Number(url.searchParams.get('waitMs'))
    while (newer().length + parts().length === 0 && !this.end && performance.now() < deadlineMs)
      await this.#next(deadlineMs - performance.now())
    const { state, end } = this
    return { status: 200, body: json.encode({ streamId: id, segments: newer(), parts: parts(), state, end }) }
  }

  /** The past segments whose payloads are in `payloads`. */
  #held(id: Hex, query: URLSearchParams): Answer {
    if (!StreamId.mayRecord(this.streamId)) return { status: 404, body: '' }
    const all = this.#published.get(id) ?? []
    const [after, since] = [BigInt(query.get('after') ?? '-1'), query.get('since')]
    const at =
      since === null
        ? all.findIndex(({ sequenceNumber }) => sequenceNumber > after)
        : Math.max(
            0,
            all.findLastIndex(({ startTimeMs }) => startTimeMs <= BigInt(since)),
          )
    const segments = (at < 0 ? [] : all.slice(at))
      .filter(({ dataHash }) => this.payloads.has(dataHash))
      .slice(0, Number(query.get('held')))
    const { state, end } = this
    return { status: 200, body: json.encode({ streamId: id, segments, parts: [], state, end }) }
  }

  #partsAfter(id: Hex, known: string | null): readonly Part.Part[] {
    const parts = known === null ? [] : (this.#open.get(id)?.parts ?? [])
    return parts.filter(
      (part) => !known?.startsWith(`${part.sequenceNumber}.`) || part.index > Number(known.split('.')[1]),
    )
  }

  /** Bytes of a segment, or pieces of a prefix with their proofs. */
  async #bytes(id: Hex, sequenceNumber: bigint, query: URLSearchParams): Promise<Answer> {
    const published = this.#published.get(id)?.find((publication) => publication.sequenceNumber === sequenceNumber)
    const open = this.#open.get(id)
    const isOpen = open?.parts[0]?.sequenceNumber === sequenceNumber
    const known = published ? this.payloads.get(published.dataHash) : isOpen ? open.bytes : undefined
    const [start = 0, end = 0] = (query.get('bytes') ?? '').split('-').map(Number)
    const length = query.has('bytes') ? end + 1 : Number(query.get('of'))
    if (!known || length > known.length) return { status: 404, body: '' }
    if (query.has('bytes')) return { status: 200, body: known.subarray(start, length) }
    const data = known.subarray(0, length)
    const growing = await PieceTree.grow()
    growing.append(data)
    const roots = growing.roots()
    const answers: Uint8Array[] = []
    for (const piece of (query.get('pieces') ?? '').split(',')) {
      const [index = 0, offset = 0] = piece.split('.').map(Number)
      const { start, end } = PieceTree.rangeOf(index, data.length)
      answers.push(await PieceTree.prove(roots, index), data.subarray(start + offset, end))
    }
    return { status: 200, body: Buffer.concat(answers) }
  }

  #next(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, waitMs)
      this.#waiting.add(wake)
    })
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}
