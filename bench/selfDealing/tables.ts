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
/** Rates with which delegators get less than with the default rates (`relayRates`). */
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
    'Table 1 · The sweep computes the model at many points. The table shows at how many points each statement is true',
    ['statement about mainnet', 'points'],
    [
      ['all points: every combination of gas price, number of streams, price, cut, FeeShare and stake', whole(points)],
      ['a transcoder with this stake must work in every round', whole(required)],
      ['… and a useless transcoder earns more than a delegator', whole(uselessWins)],
      ['… and this transcoder earns more from the required work as fake work than as real work', whole(fakeBeatsReal)],
      ['… and a self-dealer earns more than a delegator', whole(selfDealingWins)],
      [
        'in some or all rounds, a transcoder with this stake does not have to work, and a useless transcoder earns more than a delegator',
        whole(idleWins),
      ],
      [
        'the formula of the boundary predicts wrongly whether a self-dealer or a delegator earns more',
        whole(wrongPredictions),
      ],
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
    'Table 2 · Earnings in a round, divided by the reward of the stake',
    ['stake, LPT', ...columns.map(whole)],
    [
      row('a transcoder that does all its drawn work', (stake) => working(base, stake, 1)),
      row('a transcoder that does 10 % of its drawn work', (stake) => working(base, stake, base.network.requiredPart)),
      row('a delegator, BlockRewardCut 2 %, FeeShare 50 %', (stake) => delegating(base, stake, relayRates)),
      row('a delegator, BlockRewardCut 10 %, FeeShare 25 %', (stake) => delegating(base, stake, expensiveRates)),
      row('a self-dealer', (stake) => selfDealing(base, stake)),
      row('a useless transcoder', (stake) => useless(base, stake)),
      row('a useless transcoder, if the protocol had no CompetitivenessTolerance', (stake) =>
        uselessWithoutTolerance(base, stake),
      ),
    ],
  )
}

function gasTable(): string {
  const spent = billOf(base, seat)
  return table(
    'Table 3 · The gas that a self-dealer with an average seat pays per round',
    ['step', 'gas'],
    [
      [
        `posting ${fixed(spent.attempts, 2)} jobs and releasing their reserves; the self-dealer is drawn for ${percent(drawnChance(base, seat), 1)} of its jobs`,
        whole(spent.attemptsGas),
      ],
      ['recording the draw in the first claim of a job', whole(spent.firstClaimsGas)],
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
    'Table 4 · The least fees, and the least number of live streams, with which delegating earns at least as much as self-dealing. The stake is the stake of an average seat. In the columns with streams, the price of work equals the cost of real work',
    ['BlockRewardCut / FeeShare', 'fees ÷ rewards', ...gasPrices.map((gwei) => `streams at ${gwei} gwei`)],
    rows,
  )
}

function boundaryTable(): string {
  const rows: [string, World][] = [
    ['all as in `Market.ts`', base],
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
    'Table 5 · The boundaries for an average seat, if an assumption changes',
    [
      'assumptions',
      'largest BlockRewardCut at which delegating earns as much as self-dealing, FeeShare 0 %',
      'this cut, FeeShare 25 %',
      'this cut, FeeShare 50 %',
      'price below which the required work earns more as fake work than as real work, wei per unit',
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
      `Table 6 · Claims with false segments, if each failure is slashed. If a transcoder has more stake than the second column says, such a claim is not profitable. The gain is the expected gain of one claim with a stake of ${whole(stake)} LPT`,
      ['segment', 'stake, LPT', 'gain of a claim of 1 segment, µETH', 'gain of a claim of 900 segments, µETH'],
      [row('2 s with the typical ladder', typical), row('6 s with the largest ladder', largest)],
    ),
    `The contract does not slash a transcoder for segments that it withholds (\`Unavailable\`), if failures are at most ${percent(forgivenPart(base.network))} of its verdicts (\`verificationFailureThreshold\`). So a transcoder that has few false segments and withholds them loses only the fees of the claims that fail. If each of its claims has at most ${whole(Math.floor(breakEvenSegments(base.network, saving)))} segments, the transcoder saves more with false segments than it loses. If each of its claims has more segments, it loses more than it saves.`,
  ].join('\n\n')
}

const withMarket = (market: Partial<Market>): World => ({ ...base, market: { ...base.market, ...market } })
const withNetwork = (network: Partial<Network>): World => ({ ...base, network: { ...base.network, ...network } })
