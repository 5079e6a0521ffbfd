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

/** What the cap on counted work leaves to who pads, and what it takes from who does not, as Markdown. */
export const paddingTables = (world: World): string =>
  [byStake(world), bySeats(world), growth(), luck(world)].join('\n\n')

function byStake({ network }: World): string {
  const { activeStake, requiredPart } = network
  const shares = [1 / network.seats, 0.05, 0.1, 0.2, sharePadding(requiredPart), 0.25]
  return table(
    'Padding by stake, where demand is above the floor',
    [
      'LPT',
      'of all stake',
      'it counts for, beside the others’ work',
      'others must do of their shares',
      'or demand must fall to one in',
    ],
    shares.map((share) => [
      whole(share * activeStake),
      percent(share, 2),
      Number.isFinite(padding(share)) ? percent(padding(share), 1) : 'no end',
      Number.isFinite(padding(share)) ? percent(requiredOfOthers(requiredPart, share), 1) : 'no end',
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
  const { takes, brings } = withholding(world, share)
  return [
    table(
      'LPT that put others below the tolerance, by streams live and by seats of minClaimStake among it',
      ['streams', 'an average seat pads', ...columns.map((seats) => `${seats} small seats`)],
      rows,
    ),
    `It takes ${fixed(takes, 2)} ETH a round from the others, and is worth ${fixed(brings, 2)} to who holds ${percent(share, 1)}.`,
  ].join('\n\n')
}

function growth(): string {
  const columns = [2, 4, 10, 100, 1_000]
  const losses = columns.map(lostToGrowth)
  return table(
    'What an honest demand loses that grows from one span to the next',
    ['to so many times as much', ...columns.map(whole)],
    [
      ['spans that do not count in full', ...losses.map((lost) => lost.length)],
      ['not counted of the first', ...losses.map(([first = 0]) => percent(first, 1))],
    ],
  )
}

function luck({ network: { requiredPart } }: World): string {
  const columns = [1, 2, 3, 5, 7, 10, 20]
  return table(
    'Chance that an honest transcoder falls below by bad luck',
    ['jobs expected in the two spans', ...columns],
    [['chance', ...columns.map((expectedJobs) => percent(chanceToFallBelow({ expectedJobs, requiredPart }), 3))]],
  )
}
