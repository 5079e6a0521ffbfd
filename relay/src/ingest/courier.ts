import type { Link } from './Link'
import type { Outbox, Outgoing } from './Outbox'

/** BYTES messages stay below the 64 KiB that every WebRTC implementation carries whole. */
const maxChunkBytes = 48 * 1024

/**
 * Sends an outbox over one link, from `fromSequence` on, each segment's bytes as they come, and never returns before the
 * signal aborts. `onSent` tells of each segment that is complete on the wire.
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

/** Whether the segment went out whole: it may have been dropped meanwhile. */
async function deliverSegment(
  outbox: Outbox,
  { outgoing, link, signal }: { outgoing: Outgoing; link: Link; signal: AbortSignal },
): Promise<boolean> {
  const { sequenceNumber, startTimeMs } = outgoing
  link.send({ type: 'begin', sequenceNumber, startTimeMs })
  let offset = 0
  for (let index = 0; !signal.aborted; ) {
    const chunk = outgoing.chunks[index]
    if (chunk) {
      index++
      for (let start = 0; start < chunk.length; start += maxChunkBytes) {
        await link.ready()
        if (signal.aborted) return false
        const data = chunk.subarray(start, start + maxChunkBytes)
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
