import type { World } from './Market'
import { averageSeat } from './Network'
import { gainIfAllStakePays, gainOf, rewardIncrease, roundsToRepay, slashes } from './selfSlash'
import { fixed, percent, table, whole } from './table'

/** A table in Markdown about transcoders that commit an offence and report it through an ally, to receive the FinderFee. */
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
      `Table 11 · A transcoder sends two receipts for one input, and its ally reports them: losses and gains of one slash of ${percent(share)} of the stake, in LPT`,
      [
        'own stake',
        'delegated stake',
        'own part of all stake',
        'loss of own stake',
        'loss of delegated stake',
        'FinderFee of the ally',
        'gain of transcoder and ally together',
        'the same gain if all stake paid the same part and the finder got a part of all loss',
      ],
      rows,
    ),
    `The gain is negative at every split, because the ally gets ${percent(network.finderFee)} of the transcoder's own loss, and nothing of the loss of delegated stake. The contract refuses a FinderFee above 50 %. The gain would be positive only with a FinderFee above 100 % of the own loss. If all stake paid the same part, the gain would be positive whenever the own stake is less than ${percent(network.finderFee)} of all stake. The transcoder of the last row also harms its delegators. The rewards of all other stake rise by ${percent(increase, 1)}. If the transcoder's owner has 500,000 LPT of other stake, the higher rewards repay the loss of this slash after ${whole(roundsToRepay(world, last, 500_000))} rounds.`,
  ].join('\n\n')
}
