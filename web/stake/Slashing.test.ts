import { ClaimState } from '@lp/contracts/protocol'
import { toHex } from 'viem'
import { expect, test } from 'vitest'
import { none, type OffenceEvent, type SlashEvent, slashingsOf, sumOf, totalsOf } from './Slashing'

const [first, second] = [1, 2].map((id) => toHex(id, { size: 20 })) as [`0x${string}`, `0x${string}`]

/** An event at place `logIndex` of transaction `tx`. */
const slash = (tx: number, logIndex: number, amount: bigint, transcoder = first): SlashEvent => ({
  ...{ transactionHash: toHex(tx, { size: 32 }), logIndex, amount, transcoder, block: BigInt(tx) },
})
const offence = (
  name: ClaimState.Offence,
  ...[tx, logIndex, amount, transcoder]: Parameters<typeof slash>
): OffenceEvent => ({ ...slash(tx, logIndex, amount, transcoder), offence: ClaimState.offenceNames.indexOf(name) })

test('a slash has the cause that the next event of its transaction gives for the same transcoder and amount', () => {
  const slashes = [slash(1, 3, 5n), slash(2, 0, 7n), slash(2, 4, 7n), slash(2, 6, 7n, second), slash(3, 1, 9n)]
  const offences = [
    offence('FailedVerification', 1, 4, 5n),
    offence('MissedVerification', 2, 5, 7n),
    offence('Equivocation', 2, 7, 7n, second),
    // A void claim: nothing was slashed.
    offence('FailedVerification', 3, 0, 0n),
  ]
  const slashings = slashingsOf(slashes, offences)
  expect(slashings.map(({ cause, block }) => [cause, block])).toEqual([
    ['invalid', 1n],
    // The event after this slash belongs to the next slash of the same transcoder.
    ['duty', 2n],
    ['silence', 2n],
    ['contradiction', 2n],
    ['duty', 3n],
  ])
  const totals = totalsOf(slashings.filter(({ transcoder }) => transcoder === first))
  expect(totals).toEqual({ ...none, invalid: 5n, silence: 7n, duty: 16n })
  expect(sumOf(totals)).toBe(28n)
})
