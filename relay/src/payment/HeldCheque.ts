import { type Cheque, Chequebook } from '@lp/contracts/protocol'
import { type Address, isAddressEqual } from 'viem'
import type { ChannelFacts } from './ChequebookChain'

/** The newest cheque of a channel that pays us, and the facts of the chain about it. */
export type HeldCheque = {
  readonly cheque: Cheque.SignedCheque
  readonly signer: Address
  /** The payment key of the peer that gave us the cheque, in lower case. */
  readonly party: string
  facts: ChannelFacts
  readAtMs: number
  /** The part of the cheque that the contract would not pay, in wei. Our ledger counts this part as a debt of the peer. */
  missing: bigint
}

/** The amount that the cheque would bring if the deposits cover it, in wei. */
export function owedOf({ cheque, facts }: Pick<HeldCheque, 'cheque' | 'facts'>): bigint {
  const owed = cheque.cumulative - facts.channel.paid
  return owed > 0n ? owed : 0n
}

/**
 * The part of the cheque that the contract would not pay now, in wei: the deposit is too small, the session key has expired, or its cap is reached.
 * Cash-outs of other payees can increase this part.
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

/** The part of `owedOf` that the hard deposit of the channel does not cover, in wei. */
export function uncoveredOf(held: Pick<HeldCheque, 'cheque' | 'facts'>): bigint {
  const uncovered = owedOf(held) - Chequebook.solvency(held.facts).guaranteed
  return uncovered > 0n ? uncovered : 0n
}

/** The issuer's free deposit after the announced withdrawal, in wei. */
export function freeOf({ account: { deposit, withdrawal } }: ChannelFacts): bigint {
  return deposit > withdrawal ? deposit - withdrawal : 0n
}

export const isOfIssuer = ({ cheque, signer }: Pick<HeldCheque, 'cheque' | 'signer'>): boolean =>
  isAddressEqual(signer, cheque.issuer)

/** The expiry of the session key, in Unix seconds. `undefined`: the issuer's own key signed the cheque. */
export const expiryOf = (held: HeldCheque): bigint | undefined => (isOfIssuer(held) ? undefined : held.facts.key.expiry)
