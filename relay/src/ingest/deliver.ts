import type { Link } from './Link'
import type { Outbox, Outgoing } from './Outbox'

/** Keeps a BYTES message below 64 KiB, which every WebRTC implementation can send as one message. */
const maxChunkBytes = 48 * 1024

/**
 * Sends the segments of an outbox over one link, starting with `fromSequence`. Sends the bytes of a segment while the segment is
 * recorded. Calls `onSent` for each segment that was sent completely. Returns only when the signal aborts.
 */
export async function deliver(
  outbox: Outbox,
  {
    link,
    fromSequence,
    signal,
    onSent,
  }: { link: Link; fromSequence: bigint; signal: AbortSignal; onSent: (sequenceNumber: bigint) => void },
): Promise<void> {
  let next = fromSequence
  while (!signal.aborted) {
    const outgoing = outbox.next(next)
    if (!outgoing) await outbox.changed()
    else {
      next = outgoing.sequenceNumber + 1n
      if (await deliverSegment(outbox, { outgoing, link, signal })) onSent(outgoing.sequenceNumber)
    }
  }
}

/** Returns whether the whole segment was sent. `false`: the signal has aborted, or the outbox has dropped the segment. */
async function deliverSegment(
  outbox: Outbox,
  { outgoing, link, signal }: { outgoing: Outgoing; link: Link; signal: AbortSignal },
): Promise<boolean> {
  const { sequenceNumber, startTimeMs } = outgoing
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
      link.send({ type: 'end', segment: outgoing.segment, length: outgoing.byteLength })
      return true
    } else if (outbox.has(outgoing)) await outbox.changed()
    else return false
  }
  return false
}
