/**
 * The balance on which two peers agree, in wei: the smaller debt counts. `stated`: our balance. `claimed`: our balance according to the peer. The
 * results of both sides are opposite numbers.
 */
export function agreedOf(stated: bigint, claimed: bigint): bigint {
  if (stated > 0n) return min(stated, max(claimed, 0n))
  return claimed > 0n ? 0n : max(stated, claimed)
}

const min = (one: bigint, other: bigint) => (one < other ? one : other)
const max = (one: bigint, other: bigint) => (one > other ? one : other)
