import type { World } from './Market'
import { averageSeat } from './Network'
import { gainIfAllStakePays, gainOf, rewardIncrease, roundsToRepay, slashes } from './selfSlash'
import { fixed, percent, table, whole } from './table'

/** A table in Markdown: the result for a transcoder that commits an offence and lets an ally report it, so that the ally gets the FinderFee. */
export function selfSlashTable(world: World): string {
  const { network } = world
  const seat = averageSeat(network)
  const share = network.equivocationSlash
  const splits = [
    [network.minSelfStake, network.minSelfStake],
    [network.minSelfStake, seat],
    [0.05 * seat, seat],
    [share * seat, seat],
    [0.5 * seat, seat],
    [seat, seat],
    [network.minSelfStake, 250_000],
    [network.minSelfStake, 1_000_000],
  ] as const
  const rows = splits.map(([own, all]) => {
    const split = { own, delegated: all - own }
    const losses = slashes(network, split, [share])
    return [
      whole(own),
      whole(split.delegated),
      percent(own / all, 1),
      whole(losses.own),
      whole(losses.delegated),
      fixed(losses.finderFee, 1),
      fixed(gainOf(losses), 1),
      fixed(gainIfAllStakePays(network, split, share), 1),
    ]
  })
  const last = slashes(network, { own: network.minSelfStake, delegated: 1_000_000 - network.minSelfStake }, [share])
  const increase = rewardIncrease(world, last.own + last.delegated)
  return [
    table(
      `Table 11 · A transcoder signs two receipts for one input, and its ally reports them. Losses and gains from the slash of ${percent(share)} of the stake, in LPT`,
      [
        'own stake',
        'delegated stake',
        'own part of all stake',
        'loss of own stake',
        'loss of delegated stake',
        'FinderFee of the ally',
        'gain of transcoder and ally together',
        `gain of both under another rule: all stake loses the same part, and the ally gets ${percent(network.finderFee)} of the whole loss`,
      ],
      rows,
    ),
    `The gain is negative at every split of own and delegated stake, because the ally gets ${percent(network.finderFee)} of the loss of own stake, and nothing of the loss of delegated stake. The gain would be positive only with a FinderFee above 100 % of the own loss, and the contract refuses a FinderFee above 50 %. Under the rule of the last column, the gain would be positive if the own stake were less than ${percent(network.finderFee)} of all stake. In the last row, the delegators of the transcoder lose the most. The rewards of all other stake are ${percent(increase, 1)} higher after this slash. If the owner of this transcoder has another stake of 500,000 LPT, the higher rewards repay the loss of the owner and its ally together after ${whole(roundsToRepay(world, last, 500_000))} rounds.`,
  ].join('\n\n')
}
