import type { World } from './Market'
import { averageSeat } from './Network'
import {
  collapse,
  leastPaddingStake,
  lostToGrowth,
  padding,
  requiredOfOthers,
  sharePadding,
  spanDemand,
  withholding,
} from './padding'
import { fixed, percent, table, whole } from './table'
import { chanceToFallBelow } from './tolerance'

/**
 * Tables in Markdown about padding: a padder does fake work, and this raises the expected work of the other transcoders. The cap on counted
 * work limits padding. The tables show the damage that is still possible, and what the cap costs honest transcoders.
 */
export const paddingTables = (world: World): string =>
  [byStake(world), bySeats(world), growth(), luck(world)].join('\n\n')

function byStake({ network }: World): string {
  const { activeStake, requiredPart } = network
  const shares = [1 / network.seats, 0.05, 0.1, 0.2, sharePadding(requiredPart), 0.25]
  return table(
    'Table 7 · The effect of padding for different stakes of the padder, if the cap of the padder is above `minExpectedWork`',
    [
      'stake of the padder, LPT',
      'part of the active stake',
      'counted work of the padder ÷ work of all others',
      'part of the work drawn for a transcoder that it must do, for every transcoder except the padder',
      'the others lose their rewards if demand falls from one span to the next by more than this factor',
    ],
    shares.map((share) => [
      whole(share * activeStake),
      percent(share, 2),
      Number.isFinite(padding(share)) ? percent(padding(share), 1) : 'unlimited',
      Number.isFinite(padding(share)) ? percent(requiredOfOthers(requiredPart, share), 1) : 'unlimited',
      share < sharePadding(requiredPart) ? whole(collapse(requiredPart, share)) : '–',
    ]),
  )
}

function bySeats(world: World): string {
  const columns = [0, 10, 50, 100]
  const rows = [0.1, 1, 10, 100, 1_000].map((streams) => {
    const real = spanDemand({ ...world, market: { ...world.market, streams } })
    const oneSeat = Math.max(
      world.network.minExpectedWork / real,
      padding(averageSeat(world.network) / world.network.activeStake),
    )
    return [
      `${streams.toLocaleString('en')}`,
      percent(oneSeat, 1),
      ...columns.map((seats) => whole(leastPaddingStake(world, real, seats))),
    ]
  })
  const share = sharePadding(world.network.requiredPart)
  const { loss, gain } = withholding(world, share)
  return [
    table(
      'Table 8 · The least stake, in LPT, with which a padder makes the others lose their rewards. The padder has one large seat, and none or several small seats. Each small seat has a stake of `minSelfStake`. The least stake is the stake of all these seats together',
      [
        'live streams',
        'counted work of a padder with an average seat ÷ all real work',
        ...columns.map((seats) => `with ${seats} small seats`),
      ],
      rows,
    ),
    `If a padder with ${percent(share, 1)} of the active stake makes the others lose their rewards, the others lose ${fixed(loss, 2)} ETH per round, and the padder gains ${fixed(gain, 2)} ETH per round.`,
  ].join('\n\n')
}

function growth(): string {
  const columns = [2, 4, 10, 100, 1_000]
  const losses = columns.map(lostToGrowth)
  return table(
    'Table 9 · The real work that does not count, if demand grows from one span to the next and then stays the same',
    ['factor of growth', ...columns.map(whole)],
    [
      ['number of spans in which a part of the work does not count', ...losses.map((lost) => lost.length)],
      [
        'uncounted part of the work in the first span after the growth',
        ...losses.map(([first = 0]) => percent(first, 1)),
      ],
    ],
  )
}

function luck({ network: { requiredPart } }: World): string {
  const columns = [1, 2, 3, 5, 7, 10, 20]
  return table(
    'Table 10 · The chance that, in two spans, an honest transcoder is drawn for less work than it must do',
    ['expected number of jobs for which it is drawn', ...columns],
    [['chance', ...columns.map((expectedJobs) => percent(chanceToFallBelow({ expectedJobs, requiredPart }), 3))]],
  )
}
