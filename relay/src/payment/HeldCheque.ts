import { type Cheque, Chequebook } from '@lp/contracts/protocol'
import { type Address, isAddressEqual } from 'viem'
import type { ChannelFacts } from './ChequebookChain'

/** The newest cheque of a channel that pays us, and what the chain says about it. */
export type HeldCheque = {
  readonly cheque: Cheque.SignedCheque
  readonly signer: Address
  /** The payment key of the peer that gave us the cheque, in lower case. */
  readonly party: string
  facts: ChannelFacts
  readAtMs: number
  /** What the contract would not pay of the cheque, in wei. We have told this to the ledger of the peer. */
  missing: bigint
}

/** What the cheque would bring if the deposit covers it, in wei. */
export function owedOf({ cheque, facts }: Pick<HeldCheque, 'cheque' | 'facts'>): bigint {
  const owed = cheque.cumulative - facts.channel.paid
  return owed > 0n ? owed : 0n
}

/**
 * What the contract would not pay of the cheque now, in wei: the deposit is too small, the session key has ended, or its cap is reached. Other payees may
 * make it more.
 */
export function missingOf({ cheque, signer, facts }: Pick<HeldCheque, 'cheque' | 'signer' | 'facts'>): bigint {
  const { key, ...rest } = facts
  const { amount } = Chequebook.payable({
    ...rest,
    cheque,
    signer: isAddressEqual(signer, cheque.issuer) ? 'issuer' : key,
  })
  return owedOf({ cheque, facts }) - amount
}

/** The part of `owedOf` that no hard deposit covers. */
export function uncoveredOf(held: Pick<HeldCheque, 'cheque' | 'facts'>): bigint {
  const uncovered = owedOf(held) - Chequebook.solvency(held.facts).guaranteed
  return uncovered > 0n ? uncovered : 0n
}

/** What the issuer's free deposit still holds when the announced withdrawal has happened, in wei. */
export function freeOf({ account: { deposit, withdrawal } }: ChannelFacts): bigint {
  return deposit > withdrawal ? deposit - withdrawal : 0n
}

export const isOfIssuer = ({ cheque, signer }: Pick<HeldCheque, 'cheque' | 'signer'>): boolean =>
  isAddressEqual(signer, cheque.issuer)

/** When the session key ends, in Unix seconds. `undefined`: the issuer's own key signed. */
export const expiryOf = (held: HeldCheque): bigint | undefined => (isOfIssuer(held) ? undefined : held.facts.key.expiry)
