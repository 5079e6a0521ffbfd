import { billOf, drawnChance, exemptStake, gasOf } from './Bill'
import { cutBoundary, feesThatSuffice, priceBoundary, streamsThatSuffice } from './boundary'
import { breakEvenSegments, cheating, feeOfSegment, forgivenPart, leastHonestStake } from './cheat'
import {
  delegating,
  paperRates,
  type Rates,
  relayRates,
  rewardOf,
  selfDealing,
  useless,
  uselessWithoutTolerance,
  working,
} from './earnings'
import { maxSegmentSeconds } from './gas'
import { base, honestCostPerUnit, type Market, type World } from './Market'
import { averageSeat, mostUnitsPerSecond, type Network, typicalUnitsPerSecond } from './Network'
import { paddingTables } from './paddingTables'
import { pricedAt, type Sweep, sweep } from './sweep'
import { fixed, percent, table, whole } from './table'

const seat = averageSeat(base.network)
/** Rates of a transcoder that keeps more for itself, and gives less to its delegators. */
const expensiveRates: Rates = { blockRewardCut: 0.1, feeShare: 0.25 }

/** All tables of the page, as Markdown. */
export const tables = (): string =>
  [
    sweepTable(sweep()),
    earningsTable(),
    gasTable(),
    sufficientFees(),
    boundaryTable(),
    cheatTable(),
    paddingTables(base),
  ].join('\n\n')

function sweepTable({
  points,
  required,
  uselessWins,
  fakeBeatsReal,
  selfDealingWins,
  idleWins,
  wrongPredictions,
}: Sweep): string {
  return table(
    'The sweep',
    ['on mainnet', 'points'],
    [
      ['all: gas price × demand × price × cut × share × stake', whole(points)],
      ['work is expected of the stake in every round', whole(required)],
      ['… and doing nothing beats delegating', whole(uselessWins)],
      ['… and self-dealing beats real work for the required tenth', whole(fakeBeatsReal)],
      ['… and self-dealing beats delegating', whole(selfDealingWins)],
      ['work is expected in some rounds or never, and doing nothing beats delegating', whole(idleWins)],
      ['the boundary predicts the wrong winner', whole(wrongPredictions)],
    ],
  )
}

function earningsTable(): string {
  const columns = [1_000, 2_000, 10_000, seat, 1_000_000]
  const row = (name: string, earn: (stake: number) => number) => [
    name,
    ...columns.map((stake) => percent(earn(stake) / rewardOf(base, stake), 2)),
  ]
  return table(
    'Earnings of a round, as a part of the stake’s reward',
    ['stake, LPT', ...columns.map(whole)],
    [
      row('does all drawn work', (stake) => working(base, stake, 1)),
      row('does a tenth of it', (stake) => working(base, stake, base.network.requiredPart)),
      row('delegates at 2 % cut, 50 % share', (stake) => delegating(base, stake, relayRates)),
      row('delegates at 10 % cut, 25 % share', (stake) => delegating(base, stake, expensiveRates)),
      row('self-deals', (stake) => selfDealing(base, stake)),
      row('useless', (stake) => useless(base, stake)),
      row('useless, without the tolerance', (stake) => uselessWithoutTolerance(base, stake)),
    ],
  )
}

function gasTable(): string {
  const spent = billOf(base, seat)
  return table(
    'Gas of self-dealing with an average seat, per round',
    ['step', 'gas'],
    [
      [
        `${fixed(spent.attempts, 2)} jobs; it is drawn for ${percent(drawnChance(base, seat), 1)} of them`,
        whole(spent.attemptsGas),
      ],
      ['more for first claims, which record the draw', whole(spent.firstClaimsGas)],
      ['claims, lotteries, distributions', whole(spent.claimsGas)],
      ['verifications', whole(spent.verifyGas)],
      ['withdrawals', whole(spent.withdrawGas)],
      ['the reward', whole(spent.rewardGas)],
      ['total', whole(gasOf(spent))],
    ],
  )
}

function sufficientFees(): string {
  const gasPrices = [0.01, 0.1, 1]
  const rows = [paperRates, relayRates, { blockRewardCut: 0.05, feeShare: 0.5 }, expensiveRates].map((rates) => [
    `${percent(rates.blockRewardCut)} / ${percent(rates.feeShare)}`,
    fixed(feesThatSuffice(base, seat, rates), 3),
    ...gasPrices.map((gasPriceGwei) =>
      whole(streamsThatSuffice(pricedAt(withMarket({ gasPriceGwei }), 1), seat, rates)),
    ),
  ])
  return table(
    'Least fees with which delegating an average seat at these rates is better, and the streams that pay them at the cost of real work',
    ['cut / share', 'fees ÷ rewards', ...gasPrices.map((gwei) => `streams, ${gwei} gwei`)],
    rows,
  )
}

function boundaryTable(): string {
  const rows: [string, World][] = [
    ['as assumed', base],
    ['price × 2', withMarket({ pricePerUnit: 2 * base.market.pricePerUnit })],
    ['streams × 4', withMarket({ streams: 4 * base.market.streams })],
    ['streams ÷ 10', withMarket({ streams: base.market.streams / 10 })],
    ['gas × 10, and a price that pays for it', pricedAt(withMarket({ gasPriceGwei: 1 }), 1.4)],
    ['gas ÷ 10, and a price that pays for it', pricedAt(withMarket({ gasPriceGwei: 0.01 }), 1.4)],
    ['LPT at a quarter', withMarket({ tokenPrice: base.market.tokenPrice / 4 })],
    ['inflation halved', withNetwork({ mintedPerRound: base.network.mintedPerRound / 2 })],
    ['CompetitivenessTolerance 50 %', withNetwork({ requiredPart: 0.5 })],
    ['competitivenessWindow of a day', withNetwork({ spanRounds: 1 })],
    ['minExpectedWork × 10', withNetwork({ minExpectedWork: base.network.minExpectedWork * 10 })],
    ['one candidate per job', withNetwork({ candidateCount: 1 })],
    ['fake work costs as much as real work', withMarket({ fakeCost: 1 })],
  ]
  return table(
    'What changes the boundary, for an average seat',
    [
      '',
      'largest safe cut at share 0',
      'share 25 %',
      'share 50 %',
      'fake work is cheaper below, wei per unit',
      'real work costs, wei per unit',
      'no work expected up to, LPT',
    ],
    rows.map(([name, world]) => [
      name,
      ...[0, 0.25, 0.5].map((share) => percent(cutBoundary(world, seat, share), 2)),
      whole(priceBoundary(world, seat)),
      whole(honestCostPerUnit(world)),
      whole(exemptStake(world)),
    ]),
  )
}

function cheatTable(): string {
  const typical = feeOfSegment(base, typicalUnitsPerSecond, 2)
  const largest = feeOfSegment(base, mostUnitsPerSecond, maxSegmentSeconds)
  const stake = base.network.minClaimStake
  const row = (name: string, fee: number) => [
    name,
    fixed(leastHonestStake(base, fee), 1),
    ...[1, 900].map((segments) => (cheating(base, { stake, ethPerSegment: fee, segments }) * 1e6).toFixed(1)),
  ]
  const saving = base.market.costPerUnit / base.market.pricePerUnit
  return [
    table(
      `Claims of false segments: the stake in LPT with which they never pay, and their gain in µETH with ${whole(stake)} LPT`,
      ['segment', 'LPT', 'a claim of 1', 'a claim of 900'],
      [row('2 s of the typical ladder', typical), row('6 s of the largest ladder', largest)],
    ),
    `The threshold forgives ${percent(forgivenPart(base.network))} of the verdicts for ever. A forgiven failure saves more than the failed claim loses only in claims of fewer than ${whole(breakEvenSegments(base.network, saving))} segments.`,
  ].join('\n\n')
}

const withMarket = (market: Partial<Market>): World => ({ ...base, market: { ...base.market, ...market } })
const withNetwork = (network: Partial<Network>): World => ({ ...base, network: { ...base.network, ...network } })
