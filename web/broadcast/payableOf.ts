import type { Cheque } from '@lp/contracts/protocol'
import type { ChequeTill } from 'lp-relay'

export type PayableCheque = {
  cheque: Cheque.SignedCheque /** What the contract would pay for it now, in wei. */
  wei: bigint
}

/** The cheques that bring money now, the largest first. */
export const payableOf = (held: ChequeTill['cheques']): PayableCheque[] =>
  held
    .map(({ cheque, facts, missing }) => ({ cheque, wei: cheque.cumulative - facts.channel.paid - missing }))
    .filter(({ wei }) => wei > 0n)
    .sort((one, other) => (one.wei > other.wei ? -1 : 1))
