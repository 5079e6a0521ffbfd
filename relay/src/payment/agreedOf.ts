/** The balance with the smaller debt. `claimed`: our balance as the peer claims it. Both sides come to opposite balances. */
export function agreedOf(stated: bigint, claimed: bigint): bigint {
  if (stated > 0n) return min(stated, max(claimed, 0n))
  return claimed > 0n ? 0n : max(stated, claimed)
}

const min = (one: bigint, other: bigint) => (one < other ? one : other)
const max = (one: bigint, other: bigint) => (one > other ? one : other)
