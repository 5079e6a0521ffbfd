/** The reason to cash a cheque now. */
export type Reason = 'worth the gas' | 'withdrawal' | 'expiry' | 'shortfall' | 'stop'

export type CashingFacts = {
  /** The amount that the contract would pay for the cheque now, in wei. */
  owed: bigint
  /** The cheque's part of the cost of the gas, in wei. */
  cost: bigint
  /** The issuer's announced withdrawal, in wei. */
  withdrawal: bigint
  /** The expiry of the session key that signed the cheque, in Unix seconds. `undefined`: the issuer's own key signed the cheque. */
  expiry: bigint | undefined
  /** Unix time in seconds. */
  time: bigint
  /** The issuer's deposits no longer cover all cheques of the issuer that we hold. */
  isShort: boolean
  /** Our process stops. */
  isStopping: boolean
}

/** The parameters of the policy. */
export type CashingPolicy = {
  /** We cash a cheque when it brings at least this multiple of the cost of its gas. */
  gasFactor: bigint
  /** We cash a cheque this number of seconds before its session key expires. */
  expirySeconds: bigint
}

export const defaultPolicy: CashingPolicy = { gasFactor: 50n, expirySeconds: 3_600n }

/** Why we cash the cheque now. `undefined`: we do not cash it now. There is never a reason if the cheque brings no more than the cost of its gas. */
export function reasonToCash(facts: CashingFacts, { gasFactor, expirySeconds }: CashingPolicy): Reason | undefined {
  const { owed, cost, withdrawal, expiry, time, isShort, isStopping } = facts
  if (owed <= cost) return undefined
  if (isStopping) return 'stop'
  if (withdrawal > 0n) return 'withdrawal'
  if (expiry !== undefined && time + expirySeconds >= expiry) return 'expiry'
  if (isShort) return 'shortfall'
  return owed >= gasFactor * cost ? 'worth the gas' : undefined
}

/**
 * Divides cheques into batches of at most `most`. An issuer has at most one cheque in a batch, because the events of the contract name the issuer of a
 * payment, and not its channel.
 */
export function batchesOf<Held extends { readonly cheque: { readonly issuer: string } }>(
  due: readonly Held[],
  most: number,
): Held[][] {
  const batches: Held[][] = []
  for (const held of due) {
    const hasIssuer = (other: Held) => other.cheque.issuer.toLowerCase() === held.cheque.issuer.toLowerCase()
    const batch = batches.find((batch) => batch.length < most && !batch.some(hasIssuer))
    if (batch) batch.push(held)
    else batches.push([held])
  }
  return batches
}

const firstWaitSeconds = 60
const maxDoublings = 14

/** For this time after a bounce, we take no cheque of the issuer, in seconds: a minute, and twice as long after each further bounce, up to 11 days. */
export const waitAfterBounces = (bounces: number): number =>
  bounces === 0 ? 0 : firstWaitSeconds * 2 ** Math.min(bounces - 1, maxDoublings)
