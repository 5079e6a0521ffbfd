/** Why a cheque is cashed now. */
export type Reason = 'worth the gas' | 'withdrawal' | 'expiry' | 'shortfall' | 'stop'

export type CashingFacts = {
  /** What the cheque would bring, in wei. */
  owed: bigint
  /** The part of the gas for this cheque, in wei. */
  cost: bigint
  /** What the issuer has announced to withdraw, in wei. */
  withdrawal: bigint
  /** When the session key ends that signed the cheque, in Unix seconds. `undefined`: the issuer's own key signed. */
  expiry: bigint | undefined
  /** Unix time in seconds. */
  time: bigint
  /** The issuer's deposit no longer covers what it owes, as far as we know. */
  isShort: boolean
  /** We end our work. */
  isStopping: boolean
}

/** The parameters of the policy. */
export type CashingPolicy = {
  /** A cheque is cashed when it brings so many times its gas. */
  gasFactor: bigint
  /** A cheque is cashed so many seconds before its key ends. */
  expirySeconds: bigint
}

export const defaultPolicy: CashingPolicy = { gasFactor: 50n, expirySeconds: 3_600n }

/** `undefined`: the cheque waits. A cheque that brings less than its gas is never cashed. */
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

/** How long we take no cheque of an issuer after its bounce, in seconds: a minute, and twice as long after each further bounce. */
export const waitAfterBounces = (bounces: number): number =>
  bounces === 0 ? 0 : firstWaitSeconds * 2 ** Math.min(bounces - 1, maxDoublings)
