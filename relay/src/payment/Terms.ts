import { ProtocolError } from '@lp/contracts/protocol'
import { maxDataBytes } from '../mesh/codec'

/** A limit on bytes: on average `bytesPerSecond`, and at most `burstBytes` at one moment. */
export type Rate = { readonly bytesPerSecond: number; readonly burstBytes: number }

/** Our conditions for the peers to which we send bytes. */
export type Terms = {
  /** The price of a byte, in wei. 0: everything is free. */
  readonly weiPerByte: bigint
  /** The largest debt that we allow one payer, in wei. */
  readonly maxDebtWei: bigint
  /** The largest debt that we allow one payer, in seconds of video. The smaller of the two limits counts. */
  readonly maxDebtSeconds: number
  /** The bytes of a second of video. Converts a limit in seconds into bytes. */
  readonly videoBytesPerSecond: number
  /** We cut off a payer for this time, multiplied by its debt and divided by the threshold. */
  readonly cutSeconds: number
  readonly free: FreeTerms
}

/** The limits on the bytes that we give without payment. */
export type FreeTerms = {
  /** For each peer. All HTTP clients of a network address that name no payment key count as one peer. */
  readonly each: Rate
  /** For all contributors together. A contributor is a viewer that uploads to other viewers. */
  readonly contributors: Rate
  /** For all peers together. A contributor uses the limit `contributors` first. Bytes that the contributors do not use are added to this limit. */
  readonly others: Rate
}

const maxRate: Rate = { bytesPerSecond: 1e10, burstBytes: 1e12 }
/** About a thousand ether for a gigabyte: a larger price is a mistake. */
const maxWeiPerByte = 10n ** 12n
const maxWei = 2n ** 96n - 1n

/**
 * All bytes are free. If a relay sets a price, its free bytes are enough for twelve contributors and six other peers at the usual quality, and for
 * more of them in the first minutes.
 */
export const freeTerms: Terms = {
  weiPerByte: 0n,
  maxDebtWei: 10n ** 15n,
  maxDebtSeconds: 20,
  videoBytesPerSecond: 400_000,
  cutSeconds: 60,
  free: {
    each: { bytesPerSecond: 500_000, burstBytes: 50_000_000 },
    contributors: { bytesPerSecond: 5_000_000, burstBytes: 500_000_000 },
    others: { bytesPerSecond: 2_500_000, burstBytes: 500_000_000 },
  },
}

/** Throws `BoundsError` if a value is out of bounds, or if the values contradict each other. Returns the terms. */
export function validate(terms: Terms): Terms {
  const { weiPerByte, maxDebtWei, maxDebtSeconds, videoBytesPerSecond, cutSeconds, free } = terms
  within('weiPerByte', weiPerByte, 0n, maxWeiPerByte)
  within('maxDebtWei', maxDebtWei, 0n, maxWei)
  within('maxDebtSeconds', maxDebtSeconds, 1, 3_600)
  within('videoBytesPerSecond', videoBytesPerSecond, 1_000, 100_000_000)
  within('cutSeconds', cutSeconds, 1, 86_400)
  for (const [name, { bytesPerSecond, burstBytes }] of Object.entries(free)) {
    within(`free.${name}.bytesPerSecond`, bytesPerSecond, 0, maxRate.bytesPerSecond)
    within(`free.${name}.burstBytes`, burstBytes, 0, maxRate.burstBytes)
  }
  // A payer pays when it owes half of the threshold. Two messages with bytes can then be on their way, so the other half must cover two messages.
  within('the threshold', thresholdOf(terms), BigInt(4 * maxDataBytes) * weiPerByte, maxWei)
  return terms
}

/** The largest debt that we allow one payer, in wei. */
export function thresholdOf({ weiPerByte, maxDebtWei, maxDebtSeconds, videoBytesPerSecond }: Terms): bigint {
  const video = BigInt(Math.floor(maxDebtSeconds * videoBytesPerSecond)) * weiPerByte
  return video < maxDebtWei ? video : maxDebtWei
}

export const costOf = (byteLength: number, weiPerByte: bigint): bigint => BigInt(byteLength) * weiPerByte

function within<Value extends number | bigint>(name: string, value: Value, least: Value, most: Value): void {
  // A comparison with NaN is false, so this also refuses NaN.
  if (!(value >= least && value <= most)) throw new BoundsError({ name, value, least, most })
}

export class BoundsError extends ProtocolError {
  override readonly name = 'Terms.BoundsError'
  constructor({ name, value, least, most }: Record<'value' | 'least' | 'most', number | bigint> & { name: string }) {
    super('A value of the payment terms is out of bounds.', {
      details: [`Value: ${name}, ${value}`, `Allowed: ${least} to ${most}`],
    })
  }
}
