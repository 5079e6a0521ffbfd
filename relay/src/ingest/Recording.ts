import {
  EpochKey,
  Part,
  Prefixes,
  SealedPrefixes,
  SealedSegment,
  Segment,
  type StreamId,
  type typedData,
} from '@lp/contracts/protocol'
import type { EpochKeys } from './EpochKeys'
import type { Outbox, Outgoing } from './Outbox'

/** The segment that is being recorded. `parts`: the number of its parts so far. */
type Current = { outgoing: Outgoing; prefixes: Prefixes; sealed: SealedPrefixes | undefined; parts: number }

export type RecordingOptions = {
  outbox: Outbox
  streamId: StreamId.StreamId
  streamKey: typedData.Signer
  domain: typedData.Domain
  fromSequence: bigint
  /** The keys of a paid stream. `undefined`: the stream is free. */
  keys?: EpochKeys | undefined
  /** Called when a segment begins. Nothing of the segment is signed before the promise resolves. The promise never rejects. */
  reserve?: ((sequenceNumber: bigint) => Promise<void>) | undefined
  /** Called when a segment is complete, before the end of the segment can be sent. */
  onSegment(sequenceNumber: bigint, durationMs: number): void
}

/** Puts the recorded bytes into the outbox, and signs them: each part when it is complete, and the segment at its end. */
export class Recording {
  readonly #options: RecordingOptions
  #nextSequence: bigint
  #current: Current | undefined
  #signed: Promise<void> = Promise.resolve()

  constructor(options: RecordingOptions) {
    this.#options = options
    this.#nextSequence = options.fromSequence
  }

  /** The sequence number of the segment that `begin` starts next. */
  get nextSequence(): bigint {
    return this.#nextSequence
  }

  /** Settles when all complete parts and segments are signed. */
  get signed(): Promise<void> {
    return this.#signed
  }

  /** Starts the next segment. `startTimeMs`: the Unix time of its first sample. */
  begin(startTimeMs: number): void {
    const { outbox, keys, streamId, reserve } = this.#options
    const sequenceNumber = this.#nextSequence++
    const reserved = reserve?.(sequenceNumber)
    this.#inTurn(async () => reserved)
    const salt = keys && SealedSegment.randomSalt()
    const key = keys?.keyOf(EpochKey.epochOf(sequenceNumber))
    const sealed = key && salt ? new SealedPrefixes(key, { streamId, sequenceNumber, salt }) : undefined
    const outgoing = outbox.begin(sequenceNumber, BigInt(Math.round(startTimeMs)), salt)
    this.#current = { outgoing, prefixes: new Prefixes(), sealed, parts: 0 }
  }

  append(chunk: Uint8Array): void {
    if (!this.#current) return
    this.#options.outbox.append(this.#current.outgoing, chunk)
    this.#current.prefixes.append(chunk)
    this.#current.sealed?.append(chunk)
  }

  /** Ends a part of the started segment. `byteLength` and `durationMs` count from the start of the segment. */
  part({ byteLength, durationMs }: { byteLength: number; durationMs: number }): void {
    const current = this.#current
    if (!current || current.parts >= Part.maxPerSegment) return
    const content = { index: current.parts++, length: byteLength, durationMs: Math.round(durationMs) }
    this.#inTurn(async ({ outbox, streamId, streamKey, domain }) => {
      const { sequenceNumber, startTimeMs } = current.outgoing
      const prefixHash = await current.prefixes.hash(byteLength)
      const header = { streamId, sequenceNumber, startTimeMs, ...content, prefixHash }
      const part = await Part.sign(header, streamKey, domain)
      const cipherHash = await current.sealed?.hash(byteLength)
      if (cipherHash)
        outbox.addPart(current.outgoing, await Part.sign(SealedSegment.partOf(header, cipherHash), streamKey, domain))
      outbox.addPart(current.outgoing, part)
    })
  }

  /** Completes the started segment. */
  end(durationMs: number): void {
    const current = this.#current
    this.#current = undefined
    if (!current) return
    this.#inTurn(async ({ outbox, streamId, streamKey, domain, onSegment }) => {
      const { sequenceNumber, startTimeMs } = current.outgoing
      const dataHash = await current.prefixes.hash(current.prefixes.byteLength)
      const header = { streamId, sequenceNumber, startTimeMs, durationMs: Math.round(durationMs), dataHash }
      onSegment(sequenceNumber, header.durationMs)
      const cipherHash = await current.sealed?.hash(current.prefixes.byteLength)
      const sealed = cipherHash
        ? await Segment.sign(SealedSegment.headerOf(header, cipherHash), streamKey, domain)
        : undefined
      outbox.end(current.outgoing, await Segment.sign(header, streamKey, domain), sealed)
    })
  }

  /** Signs parts and segments one after another, because a prefix must be hashed before a longer prefix. */
  #inTurn(sign: (options: RecordingOptions) => Promise<void>): void {
    this.#signed = this.#signed.then(() => sign(this.#options))
  }
}
