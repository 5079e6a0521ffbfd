import { ClaimState } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'

/**
 * Why a transcoder was slashed. `invalid`: wrong work. `contradiction`: two different results for one segment. `silence`: it did not seal a
 * claim, or did not show or serve a segment, for example because its relay was away. `duty`: missed rewards, or too little work.
 */
export type Cause = 'invalid' | 'contradiction' | 'silence' | 'duty'

/** The slashed amount for each cause, in units of 10^-18 LPT. */
export type Slashed = Record<Cause, bigint>

/** The event `Slash` of a transcoder, with its cause. `amount` is in units of 10^-18 LPT. */
export type Slashing = { transcoder: Address; amount: bigint; cause: Cause; block: bigint }

type Place = { transactionHash: Hex; logIndex: number; transcoder: Address; amount: bigint }
/** The event `Slash`. */
export type SlashEvent = Place & { block: bigint }
/** The event `ClaimSlashed`. `offence` is the number of the offence on chain. */
export type OffenceEvent = Place & { offence: number }

const causes: Record<(typeof ClaimState.offenceNames)[number], Cause> = {
  FailedVerification: 'invalid',
  MissedVerification: 'silence',
  Equivocation: 'contradiction',
}

/**
 * The event `Slash` has no cause. If the slash is for an offence in a claim, the event `ClaimSlashed` with the same amount follows in the same
 * transaction, before the next `Slash` of this transcoder. All other slashes are for duties of the transcoder.
 */
export function slashingsOf(slashes: readonly SlashEvent[], offences: readonly OffenceEvent[]): Slashing[] {
  const of = (a: Place, b: Place) => a.transactionHash === b.transactionHash && a.transcoder === b.transcoder
  return slashes.map((slash) => {
    const { transcoder, amount, block, logIndex } = slash
    const next = Math.min(
      ...slashes.filter((other) => of(other, slash) && other.logIndex > logIndex).map((other) => other.logIndex),
    )
    const offence = offences.find(
      (one) => of(one, slash) && one.amount === amount && one.logIndex > logIndex && one.logIndex < next,
    )
    const name = offence && ClaimState.offenceNames[offence.offence]
    return { transcoder, amount, block, cause: name ? causes[name] : 'duty' }
  })
}

export const none: Slashed = { invalid: 0n, contradiction: 0n, silence: 0n, duty: 0n }

export function totalsOf(slashings: readonly Slashing[]): Slashed {
  const totals = { ...none }
  for (const { cause, amount } of slashings) totals[cause] += amount
  return totals
}

export const sumOf = ({ invalid, contradiction, silence, duty }: Slashed): bigint =>
  invalid + contradiction + silence + duty
