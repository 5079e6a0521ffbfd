import type { Reading } from './viewers/probe'

/** The readings of one viewer at the start and at the end of the measured time. */
export type Life = { from: Reading; to: Reading }

/** `offload` and `surplus` are fractions: 1 means as many bytes as the delivered media has. */
export type Figures = {
  /** The part of the delivered media that the origin did not send. Negative if the origin sent more than was delivered. */
  offload: number
  /** The mean distance from live over the samples of all viewers, and the largest mean of one viewer. */
  behindS: { mean: number; worst: number }
  stalls: number
  stalledS: number
  /** Received bytes that the delivered media did not need (duplicates, proofs, messages), divided by the bytes of the delivered media. */
  surplus: number
  /** The largest upload of a viewer that stayed, divided by the smallest. `undefined` if fewer than two viewers stayed. */
  uploadSpread: number | undefined
}

/**
 * `originBytes`: the bytes of media that the origin sent in the measured time. `bytesPerS`: the bytes of one second of media. `stayed`: the
 * viewers that were there for the whole time.
 */
export function figuresOf({
  all,
  stayed,
  originBytes,
  bytesPerS,
}: {
  all: readonly Life[]
  stayed: readonly Life[]
  originBytes: number
  bytesPerS: number
}): Figures {
  const total = (value: (reading: Reading) => number) =>
    all.reduce((sum, { from, to }) => sum + value(to) - value(from), 0)
  const deliveredBytes = total(({ deliveredS }) => deliveredS) * bytesPerS
  const receivedBytes = originBytes + total((reading) => reading.receivedBytes)
  const means = all.flatMap(({ from, to }) => {
    const count = to.behindS.count - from.behindS.count
    return count > 0 ? [(to.behindS.sum - from.behindS.sum) / count] : []
  })
  const samples = total(({ behindS }) => behindS.count)
  const uploads = stayed.map(({ from, to }) => to.sentBytes - from.sentBytes)
  return {
    offload: 1 - originBytes / deliveredBytes,
    behindS: { mean: total(({ behindS }) => behindS.sum) / samples, worst: Math.max(...means) },
    stalls: total(({ stalls }) => stalls),
    stalledS: total(({ stalledS }) => stalledS),
    surplus: receivedBytes / deliveredBytes - 1,
    uploadSpread: uploads.length < 2 ? undefined : Math.max(...uploads) / Math.min(...uploads),
  }
}
