import { EpochKey, SealedSegment } from '@lp/contracts/protocol'
import type { EpochKeys } from './EpochKeys'
import type { Link } from './Link'
import type { Outbox, Outgoing } from './Outbox'

/** Keeps a BYTES message below 64 KiB, which every WebRTC implementation can send as one message. */
const maxChunkBytes = 48 * 1024

/**
 * Sends the segments of an outbox over one link, starting with `fromSequence`. Sends the bytes of a segment while the segment is
 * recorded. Calls `onSent` for each segment that was sent completely. Resolves only after the signal has aborted. Rejects when the link has
 * closed. `keys`: the epoch keys of a paid stream.
 */
export async function deliver(
  outbox: Outbox,
  {
    link,
    fromSequence,
    signal,
    onSent,
    keys,
  }: {
    link: Link
    fromSequence: bigint
    signal: AbortSignal
    onSent: (sequenceNumber: bigint) => void
    keys?: EpochKeys | undefined
  },
): Promise<void> {
  let next = fromSequence
  let toldEpoch = -1n
  while (!signal.aborted) {
    const outgoing = outbox.next(next)
    if (!outgoing) await outbox.changed()
    else {
      next = outgoing.sequenceNumber + 1n
      // The key of an epoch is sent one epoch early, so that viewers can buy the key before they need it.
      if (keys) toldEpoch = tellKeys(link, { keys, toldEpoch, upTo: EpochKey.epochOf(outgoing.sequenceNumber) + 1n })
      if (await deliverSegment(outbox, { outgoing, link, signal })) onSent(outgoing.sequenceNumber)
    }
  }
}

/** Sends all keys up to epoch `upTo` that this link has not carried yet. Returns the last epoch whose key was sent. */
function tellKeys(link: Link, { keys, toldEpoch, upTo }: { keys: EpochKeys; toldEpoch: bigint; upTo: bigint }): bigint {
  if (toldEpoch >= upTo) return toldEpoch
  keys.keyOf(upTo)
  for (const { epoch, key } of keys.all()) if (epoch > toldEpoch) link.send({ type: 'epochKey', epoch, key })
  return upTo
}

/** Returns whether the whole segment was sent. `false`: the signal has aborted, or the outbox has dropped the segment. */
async function deliverSegment(
  outbox: Outbox,
  { outgoing, link, signal }: { outgoing: Outgoing; link: Link; signal: AbortSignal },
): Promise<boolean> {
  const { sequenceNumber, startTimeMs, salt } = outgoing
  if (salt) link.send({ type: 'seal', sequenceNumber, salt })
  link.send({ type: 'begin', sequenceNumber, startTimeMs })
  let offset = 0
  for (let index = 0; !signal.aborted; ) {
    const item = outgoing.items[index]
    if (item) index++
    if (item && 'prefixHash' in item) {
      await link.ready()
      if (signal.aborted) return false
      link.send({ type: 'part', part: item })
    } else if (item) {
      for (let start = 0; start < item.length; start += maxChunkBytes) {
        await link.ready()
        if (signal.aborted) return false
        const data = item.subarray(start, start + maxChunkBytes)
        link.send({ type: 'bytes', sequenceNumber, offset, data })
        offset += data.length
      }
    } else if (outgoing.segment) {
      const { segment, sealed, byteLength: length } = outgoing
      if (sealed) link.send({ type: 'end', segment: sealed, length: length + SealedSegment.headBytes })
      link.send({ type: 'end', segment, length })
      return true
    } else if (outbox.has(outgoing)) await outbox.changed()
    else return false
  }
  return false
}
