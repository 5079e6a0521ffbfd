import { type Assignment, type StreamCover, StreamId, TranscodingOptions } from '@lp/contracts/protocol'
import type { Progress } from 'lp-relay'
import { type Address, type Hex, isAddress, isHex, size } from 'viem'
import type { JobTerms } from '../JobTerms'
import type { Offer } from '../offer'
import type { SourceChoice } from '../Source'
import type { SealedKey } from './sealedKey'

/** What this browser stores about a live broadcast, so that the page can go on with it after a reload or a crash. */
export type StoredBroadcast = {
  jobId: Hex
  streamId: StreamId.StreamId
  chainId: number
  /** The paying wallet. */
  broadcaster: Address
  streamKey: SealedKey
  terms: JobTerms
  /** In bits per second. */
  videoBitrate: number
  offer: Pick<Offer, 'perHourWei' | 'depositWei' | 'inputFinePercent'>
  /** Unix time of the start of the stream. */
  liveSinceMs: number
  /** The signed title and poster, if the person has chosen them. */
  cover?: StreamCover.StreamCover | undefined
} & Checkpoint

/** The part of `StoredBroadcast` that changes with each segment. */
export type Checkpoint = {
  /** The first sequence number that may be signed after a reload. All numbers below it may be signed already. */
  nextSequence: bigint
  /** Unix time of this checkpoint. */
  storedAtMs: number
  assignments: readonly Assignment.Assignment[]
  acknowledged: Acknowledged
  /** Unix time of the media time 0. Undefined before the first segment. After a reload, the timestamps of the stream go on. */
  zeroMs: number | undefined
  /** The camera or screen, and its switches. */
  source: SourceChoice
  /** Whether the stream is shown among the live streams. */
  isListed?: boolean
}

/** The acknowledged segments that a transcoder can claim, and their duration. */
export type Acknowledged = { segments: number; durationMs: number }

/** The work before the reload of the page, and the work since then. */
export function acknowledgedOf(stored: StoredBroadcast | undefined, progress?: Progress): Acknowledged {
  const { segments, durationMs } = stored?.acknowledged ?? { segments: 0, durationMs: 0 }
  if (!progress) return { segments, durationMs }
  // `orphaned`: segments from before a change of the draw. No transcoder can claim them, so the settlement does not wait for them.
  const claimable = progress.acknowledged - progress.orphaned
  return { segments: segments + claimable, durationMs: durationMs + progress.acknowledgedMs }
}

/** `undefined`: another version of the page has stored this value, so this page cannot go on with the broadcast. */
export function read(value: unknown): StoredBroadcast | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const stored = value as StoredBroadcast
  const isId = (id: unknown) => isHex(id) && size(id) === 32
  const isCount = (count: unknown) => typeof count === 'number' && Number.isFinite(count) && count >= 0
  try {
    TranscodingOptions.validate(stored.terms.options)
    const isRight =
      [stored.jobId, stored.streamId].every(isId) &&
      isAddress(stored.broadcaster) &&
      [stored.nextSequence, stored.offer.perHourWei, stored.offer.depositWei, stored.offer.inputFinePercent].every(
        (number) => typeof number === 'bigint' && number >= 0n,
      ) &&
      [stored.chainId, stored.videoBitrate, stored.liveSinceMs, stored.storedAtMs].every(isCount) &&
      [stored.acknowledged.segments, stored.acknowledged.durationMs].every(isCount) &&
      (stored.zeroMs === undefined || isCount(stored.zeroMs)) &&
      Array.isArray(stored.assignments) &&
      (stored.source.kind === 'camera' || stored.source.kind === 'screen')
    return isRight ? { ...stored, streamId: StreamId.parse(stored.streamId) } : undefined
  } catch {
    return undefined
  }
}
