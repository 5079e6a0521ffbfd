import { billOf, drawnChance, exemptStake, gasOf } from './Bill'
import { cutBoundary, priceBoundary, stakeBoundary } from './boundary'
import { cheating, claimThatForgives, feeOfSegment, forgivenPart, leastHonestStake } from './cheat'
import {
  paperRates,
  passive,
  type Rates,
  relayRates,
  rewardOf,
  selfDealing,
  unwatched,
  useless,
  working,
} from './earnings'
import { maxSegmentSeconds } from './gas'
import { base, feesPerReward, honestCostPerUnit, type Market, type World } from './Market'
import { averageSeat, mostUnitsPerSecond, type Network, typicalUnitsPerSecond } from './Network'
import { cappedPadding, paddingBoundary, paddingCost, paddingGain, paddingWork, withheld } from './padding'
import { pricedAt, type Sweep, sweep } from './sweep'
import { fixed, percent, table, whole } from './table'
import { chanceToFallBelow } from './tolerance'

const seat = averageSeat(base.network)

/** All that the page shows, as Markdown. */
export const tables = (): string =>
  [swept(sweep()), ways(), bill(), stakes(), enough(), prices(), moves(), cheats(), paddings(), luck()].join('\n\n')

function swept({ points, required, uselessWins, fakeBeatsReal, selfDealingWins, idleWins, surprises }: Sweep): string {
  return table(
    'The sweep',
    ['of mainnet’s points', 'are'],
    [
      ['swept: gas price × demand × price × cut × share × stake', whole(points)],
      ['work is required of the stake', whole(required)],
      ['… and doing nothing beats delegating', whole(uselessWins)],
      ['… and self-dealing beats doing the required tenth for real', whole(fakeBeatsReal)],
      ['… and self-dealing beats delegating', whole(selfDealingWins)],
      ['nothing is required, and doing nothing beats delegating', whole(idleWins)],
      ['the boundary foretells another winner', whole(surprises)],
    ],
  )
}

function ways(): string {
  const columns = [1_000, 10_000, seat, 1_000_000]
  const row = (name: string, earn: (stake: number) => number) => [
    name,
    ...columns.map((stake) => percent(earn(stake) / rewardOf(base, stake), 2)),
  ]
  return table(
    'What a round brings, as a part of the stake’s reward',
    ['stake, LPT', ...columns.map(whole)],
    [
      row('works for all that is drawn', (stake) => working(base, stake, 1)),
      row('works for a tenth of it', (stake) => working(base, stake, base.network.requiredPart)),
      row('delegates at 1 % cut, 25 % share', (stake) => passive(base, stake, paperRates)),
      row('delegates at 10 % cut, 25 % share', (stake) => passive(base, stake, relayRates)),
      row('self-deals', (stake) => selfDealing(base, stake)),
      row('useless', (stake) => useless(base, stake)),
      row('useless, were there no tolerance', (stake) => unwatched(base, stake)),
    ],
  )
}

function bill(): string {
  const spent = billOf(base, seat)
  return table(
    'Self-dealing with an average seat, a round',
    ['step', 'gas'],
    [
      [
        `${fixed(spent.attempts, 2)} jobs, of which ${percent(drawnChance(base, seat), 1)} are drawn to it`,
        whole(spent.attemptsGas),
      ],
      ['the draws that it wants recorded', whole(spent.drawsGas)],
      ['claims, lotteries, distributions', whole(spent.claimsGas)],
      ['verifications', whole(spent.verifyGas)],
      ['withdrawals', whole(spent.withdrawGas)],
      ['the reward', whole(spent.rewardGas)],
      ['together', whole(gasOf(spent))],
      ['ETH reserved meanwhile, which comes back', fixed(spent.lockedEth, 3)],
    ],
  )
}

function stakes(): string {
  const columns = [0, 0.25, 0.5].flatMap((feeShare) =>
    [0.01, 0.05, 0.1].map((blockRewardCut) => ({ blockRewardCut, feeShare })),
  )
  const rows = [3_000, 4_000, 8_000, 16_000, 32_000].map((pricePerUnit) => [
    whole(pricePerUnit),
    ...columns.map((rates) => {
      const least = stakeBoundary(changed({ pricePerUnit }), rates)
      return Number.isFinite(least) ? whole(least) : 'never'
    }),
  ])
  const heads = columns.map(({ blockRewardCut, feeShare }) => `${percent(blockRewardCut)} / ${percent(feeShare)}`)
  return table(
    'LPT from which self-dealing beats delegating, by price and by cut / share',
    ['wei a unit', ...heads],
    rows,
  )
}

function prices(): string {
  const demands = [10, 100, 1_000]
  const rows = [0.01, 0.1, 1, 10].map((gasPriceGwei) => {
    const worlds = demands.map((streams) => pricedAt(changed({ gasPriceGwei, streams }), 1.4))
    const [, middle] = worlds as [World, World, World]
    return [
      gasPriceGwei,
      whole(honestCostPerUnit(middle)),
      whole(priceBoundary(middle, seat)),
      ...worlds.map((world) => `${percent(cutBoundary(world, seat, 0.25), 1)} (${fixed(feesPerReward(world), 3)})`),
    ]
  })
  return table(
    'By gas price, at 1.4 times what work costs: the largest safe cut at a share of 25 % (fees ÷ rewards)',
    [
      'gwei',
      'real work costs, wei a unit',
      'faking is cheaper below',
      ...demands.map((streams) => `${whole(streams)} streams`),
    ],
    rows,
  )
}

/** Fees, as a part of rewards, from which self-dealing never beats delegating to such rates with an average seat. */
const feesThatSuffice = ({ blockRewardCut, feeShare }: Rates) =>
  (blockRewardCut - cutBoundary(base, seat, 0)) / feeShare

function enough(): string {
  const rates = [
    paperRates,
    { blockRewardCut: 0.02, feeShare: 0.5 },
    { blockRewardCut: 0.05, feeShare: 0.5 },
    relayRates,
    { blockRewardCut: 0.2, feeShare: 0.25 },
  ]
  return table(
    'Fees from which these rates keep an average seat delegating',
    ['cut / share', 'fees ÷ rewards', 'wei a unit, with 100 streams'],
    rates.map((each) => {
      const least = feesThatSuffice(each)
      const price = (least / feesPerReward(base)) * base.market.pricePerUnit
      return [`${percent(each.blockRewardCut)} / ${percent(each.feeShare)}`, fixed(least, 3), whole(price)]
    }),
  )
}

function moves(): string {
  const rows: [string, World][] = [
    ['as assumed', base],
    ['CompetitivenessTolerance 50 %', ruled({ requiredPart: 0.5 })],
    ['one candidate a job', ruled({ candidateCount: 1 })],
    ['jobs of a day, window of a day', ruled({ maxJobRounds: 1, windowRounds: 1 })],
    ['minExpectedWork × 10', ruled({ minExpectedWork: base.network.minExpectedWork * 10 })],
    ['inflation halved', ruled({ mintedPerRound: base.network.mintedPerRound / 2 })],
    ['fake work costs what real does', changed({ fakeCost: 1 })],
    [
      '… and CompetitivenessTolerance 50 %',
      { ...changed({ fakeCost: 1 }), network: { ...base.network, requiredPart: 0.5 } },
    ],
    ['price × 2', changed({ pricePerUnit: 2 * base.market.pricePerUnit })],
    ['streams × 4', changed({ streams: 4 * base.market.streams })],
    ['gas × 10, price paying for it', pricedAt(changed({ gasPriceGwei: 1 }), 1.4)],
    ['LPT at a quarter', changed({ tokenPrice: base.market.tokenPrice / 4 })],
  ]
  return table(
    'What moves the boundary, for an average seat',
    ['', 'self-dealing, gas', 'largest safe cut, share 0', 'share 25 %', 'share 50 %', 'exempt, LPT'],
    rows.map(([name, world]) => [
      name,
      whole(gasOf(billOf(world, seat))),
      ...[0, 0.25, 0.5].map((share) => percent(cutBoundary(world, seat, share), 2)),
      whole(exemptStake(world)),
    ]),
  )
}

function cheats(): string {
  const typical = feeOfSegment(base, typicalUnitsPerSecond, 2)
  const largest = feeOfSegment(base, mostUnitsPerSecond, maxSegmentSeconds)
  const stake = base.network.minClaimStake
  const row = (name: string, fee: number) => [
    name,
    fixed(leastHonestStake(base, fee), 1),
    ...[1, 900].map((segments) => (cheating(base, { stake, ethPerSegment: fee, segments }) * 1e6).toFixed(1)),
  ]
  return table(
    'Claiming what was not done: LPT from which it never pays, and µETH that it brings with 100 LPT',
    ['segment', 'LPT', 'a claim of 1', 'a claim of 900'],
    [
      row('2 s of the typical ladder', typical),
      row('6 s of the largest', largest),
      [`forgiven for ever: ${percent(forgivenPart(base.network), 1)} of all segments`, '', '', ''],
      [
        `in claims of fewer than ${whole(claimThatForgives(base.network, base.market.costPerUnit / base.market.pricePerUnit))} segments`,
        '',
        '',
        '',
      ],
    ],
  )
}

function paddings(): string {
  const rows = [1, 10, 100, 1_000].map((streams) => {
    const world = changed({ streams })
    const [work, lost] = [paddingWork(world), withheld(world, seat)]
    const costs = [mostUnitsPerSecond, typicalUnitsPerSecond].map((most) => paddingCost(world, seat, work, most))
    const [largest, typical] = costs as [number, number]
    const gain = fixed(paddingGain(world, seat), 4)
    return [whole(streams), fixed(largest, 4), gain, fixed(lost, 2), whole(lost / largest), fixed(typical, 4)]
  })
  const least = [0.01, 0.1, 1, 10].map(
    (gasPriceGwei) => `${whole(paddingBoundary(changed({ gasPriceGwei }), seat))} at ${gasPriceGwei} gwei`,
  )
  return [
    table(
      'Padding all others below the tolerance, ETH a round',
      [
        'streams',
        'costs',
        'brings its author',
        'takes from others',
        'taken per ETH spent',
        'would cost, if a job counted as the typical ladder at most',
      ],
      rows,
    ),
    `It pays for itself below so many streams: ${least.join(', ')}. Were nobody’s work counted beyond 4 times its share of the window before, an average seat could pad ${percent(cappedPadding(1 / base.network.seats, 4), 1)} of the real work, where ${percent(1 / base.network.requiredPart - 1)} are needed.`,
  ].join('\n\n')
}

function luck(): string {
  const columns = [1, 2, 3, 5, 7, 10, 20, 40]
  const { requiredPart } = base.network
  return table(
    'Chance that an honest transcoder falls below by bad luck',
    ['jobs expected in the window', ...columns],
    [['chance', ...columns.map((expectedJobs) => percent(chanceToFallBelow({ expectedJobs, requiredPart }), 3))]],
  )
}

const changed = (market: Partial<Market>): World => ({ ...base, market: { ...base.market, ...market } })
const ruled = (network: Partial<Network>): World => ({ ...base, network: { ...base.network, ...network } })
