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
import { selfSlashTable } from './selfSlashTable'
import { pricedAt, type Sweep, sweep } from './sweep'
import { fixed, percent, table, whole } from './table'

const seat = averageSeat(base.network)
/** The rates of a transcoder that gives less to its delegators than the default rates give. */
const expensiveRates: Rates = { blockRewardCut: 0.1, feeShare: 0.25 }

/** All tables of decision 019, as Markdown. */
export const tables = (): string =>
  [
    sweepTable(sweep()),
    earningsTable(),
    gasTable(),
    sufficientFees(),
    boundaryTable(),
    cheatTable(),
    paddingTables(base),
    selfSlashTable(base),
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
    'Table 1 · The sweep: the number of points at which each statement is true',
    ['mainnet', 'points'],
    [
      ['all points: gas price × streams × price × cut × share × stake', whole(points)],
      ['a transcoder with this stake must work in every round', whole(required)],
      ['… and being useless beats delegating', whole(uselessWins)],
      ['… and fake work beats real work, if the transcoder does only the required work', whole(fakeBeatsReal)],
      ['… and self-dealing beats delegating', whole(selfDealingWins)],
      [
        'a transcoder with this stake must work in some rounds or never, and being useless beats delegating',
        whole(idleWins),
      ],
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
    'Table 2 · Earnings in a round, as a part of the reward of the stake',
    ['stake, LPT', ...columns.map(whole)],
    [
      row('does all drawn work', (stake) => working(base, stake, 1)),
      row('does 10 % of the drawn work', (stake) => working(base, stake, base.network.requiredPart)),
      row('delegates at cut 2 %, share 50 %', (stake) => delegating(base, stake, relayRates)),
      row('delegates at cut 10 %, share 25 %', (stake) => delegating(base, stake, expensiveRates)),
      row('self-deals', (stake) => selfDealing(base, stake)),
      row('is useless', (stake) => useless(base, stake)),
      row('is useless, in a protocol without CompetitivenessTolerance', (stake) =>
        uselessWithoutTolerance(base, stake),
      ),
    ],
  )
}

function gasTable(): string {
  const spent = billOf(base, seat)
  return table(
    'Table 3 · Gas of self-dealing with an average seat, per round',
    ['step', 'gas'],
    [
      [
        `${fixed(spent.attempts, 2)} jobs, posted and released; the self-dealer is drawn for ${percent(drawnChance(base, seat), 1)} of them`,
        whole(spent.attemptsGas),
      ],
      ['first claims: the additional gas for recording the draw', whole(spent.firstClaimsGas)],
      ['claiming, sealing and distributing', whole(spent.claimsGas)],
      ['verifying', whole(spent.verifyGas)],
      ['withdrawing fees', whole(spent.withdrawGas)],
      ['calling reward', whole(spent.rewardGas)],
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
    'Table 4 · The boundary for an average seat, as fees and as a number of live streams. With higher fees, delegating the stake earns more than self-dealing. For the number of streams, the price is the cost of real work',
    ['cut / share', 'fees ÷ rewards', ...gasPrices.map((gwei) => `streams, ${gwei} gwei`)],
    rows,
  )
}

function boundaryTable(): string {
  const rows: [string, World][] = [
    ['as assumed', base],
    ['price of a unit × 2', withMarket({ pricePerUnit: 2 * base.market.pricePerUnit })],
    ['streams × 4', withMarket({ streams: 4 * base.market.streams })],
    ['streams ÷ 10', withMarket({ streams: base.market.streams / 10 })],
    ['gas price × 10, price of a unit 1.4 × the cost of real work', pricedAt(withMarket({ gasPriceGwei: 1 }), 1.4)],
    ['gas price ÷ 10, price of a unit 1.4 × the cost of real work', pricedAt(withMarket({ gasPriceGwei: 0.01 }), 1.4)],
    ['price of LPT ÷ 4', withMarket({ tokenPrice: base.market.tokenPrice / 4 })],
    ['inflation ÷ 2', withNetwork({ mintedPerRound: base.network.mintedPerRound / 2 })],
    ['CompetitivenessTolerance 50 %', withNetwork({ requiredPart: 0.5 })],
    ['competitivenessWindow of 1 round', withNetwork({ spanRounds: 1 })],
    ['minExpectedWork × 10', withNetwork({ minExpectedWork: base.network.minExpectedWork * 10 })],
    ['one candidate per job', withNetwork({ candidateCount: 1 })],
    ['fake work costs as much as real work', withMarket({ fakeCost: 1 })],
  ]
  return table(
    'Table 5 · The boundary for an average seat, if one assumption changes',
    [
      '',
      'largest cut at which self-dealing does not beat delegating, share 0 %',
      'the same, share 25 %',
      'the same, share 50 %',
      'price below which fake work costs less than real work, wei per unit',
      'cost of real work, wei per unit',
      'largest stake with which a transcoder never has to work, LPT',
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
  const stake = base.network.minSelfStake
  const row = (name: string, fee: number) => [
    name,
    fixed(leastHonestStake(base, fee), 1),
    ...[1, 900].map((segments) => (cheating(base, { stake, ethPerSegment: fee, segments }) * 1e6).toFixed(1)),
  ]
  const saving = base.market.costPerUnit / base.market.pricePerUnit
  return [
    table(
      `Table 6 · Claims of false segments: the boundary as a stake, and the expected gain with a stake of ${whole(stake)} LPT. With more stake than the boundary, no such claim is profitable`,
      ['segment', 'boundary, LPT', 'gain with 1 segment, µETH', 'gain with 900 segments, µETH'],
      [row('2 s of the typical ladder', typical), row('6 s of the largest ladder', largest)],
    ),
    `\`verificationFailureThreshold\` forgives failures in up to ${percent(forgivenPart(base.network))} of the verdicts. A transcoder can claim false segments and lose only the fees of the claims that fail. If each of its claims has at most ${whole(Math.floor(breakEvenSegments(base.network, saving)))} segments, the saved cost is higher than the lost fees. If each claim has more segments, the lost fees are higher.`,
  ].join('\n\n')
}

const withMarket = (market: Partial<Market>): World => ({ ...base, market: { ...base.market, ...market } })
const withNetwork = (network: Partial<Network>): World => ({ ...base, network: { ...base.network, ...network } })
