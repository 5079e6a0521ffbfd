import { billOf, drawnChance, exemptStake, gasOf } from './Bill'
import { cutBoundary, feesThatSuffice, priceBoundary, streamsThatSuffice } from './boundary'
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
import { base, honestCostPerUnit, type Market, type World } from './Market'
import { averageSeat, mostUnitsPerSecond, type Network, typicalUnitsPerSecond } from './Network'
import { paddingTables } from './paddingTables'
import { pricedAt, type Sweep, sweep } from './sweep'
import { fixed, percent, table, whole } from './table'

const seat = averageSeat(base.network)
/** What many transcoders ask who do not think of it. */
const dear: Rates = { blockRewardCut: 0.1, feeShare: 0.25 }

/** All that the page shows, as Markdown. */
export const tables = (): string =>
  [swept(sweep()), ways(), bill(), enough(), moves(), cheats(), paddingTables(base)].join('\n\n')

function swept({ points, required, uselessWins, fakeBeatsReal, selfDealingWins, idleWins, surprises }: Sweep): string {
  return table(
    'The sweep',
    ['of mainnet’s points', 'are'],
    [
      ['swept: gas price × demand × price × cut × share × stake', whole(points)],
      ['work is expected of the stake in every round', whole(required)],
      ['… and doing nothing beats delegating', whole(uselessWins)],
      ['… and self-dealing beats doing the required tenth for real', whole(fakeBeatsReal)],
      ['… and self-dealing beats delegating', whole(selfDealingWins)],
      ['work is expected at times or never, and doing nothing beats delegating', whole(idleWins)],
      ['the boundary foretells another winner', whole(surprises)],
    ],
  )
}

function ways(): string {
  const columns = [1_000, 2_000, 10_000, seat, 1_000_000]
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
      row('delegates at 2 % cut, 50 % share', (stake) => passive(base, stake, relayRates)),
      row('delegates at 10 % cut, 25 % share', (stake) => passive(base, stake, dear)),
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
      ['what their first claims cost more, which draw', whole(spent.firstClaimsGas)],
      ['claims, lotteries, distributions', whole(spent.claimsGas)],
      ['verifications', whole(spent.verifyGas)],
      ['withdrawals', whole(spent.withdrawGas)],
      ['the reward', whole(spent.rewardGas)],
      ['together', whole(gasOf(spent))],
    ],
  )
}

function enough(): string {
  const gasPrices = [0.01, 0.1, 1]
  const rows = [paperRates, relayRates, { blockRewardCut: 0.05, feeShare: 0.5 }, dear].map((rates) => [
    `${percent(rates.blockRewardCut)} / ${percent(rates.feeShare)}`,
    fixed(feesThatSuffice(base, seat, rates), 3),
    ...gasPrices.map((gasPriceGwei) => whole(streamsThatSuffice(pricedAt(changed({ gasPriceGwei }), 1), seat, rates))),
  ])
  return table(
    'Fees from which these rates keep an average seat delegating, and streams that bring them at any price that pays for real work',
    ['cut / share', 'fees ÷ rewards', ...gasPrices.map((gwei) => `streams, ${gwei} gwei`)],
    rows,
  )
}

function moves(): string {
  const rows: [string, World][] = [
    ['as assumed', base],
    ['price × 2', changed({ pricePerUnit: 2 * base.market.pricePerUnit })],
    ['streams × 4', changed({ streams: 4 * base.market.streams })],
    ['streams ÷ 10', changed({ streams: base.market.streams / 10 })],
    ['gas × 10, price paying for it', pricedAt(changed({ gasPriceGwei: 1 }), 1.4)],
    ['gas ÷ 10, price paying for it', pricedAt(changed({ gasPriceGwei: 0.01 }), 1.4)],
    ['LPT at a quarter', changed({ tokenPrice: base.market.tokenPrice / 4 })],
    ['inflation halved', ruled({ mintedPerRound: base.network.mintedPerRound / 2 })],
    ['CompetitivenessTolerance 50 %', ruled({ requiredPart: 0.5 })],
    ['competitivenessWindow of a day', ruled({ spanRounds: 1 })],
    ['minExpectedWork × 10', ruled({ minExpectedWork: base.network.minExpectedWork * 10 })],
    ['one candidate a job', ruled({ candidateCount: 1 })],
    ['fake work costs what real does', changed({ fakeCost: 1 })],
  ]
  return table(
    'What moves the boundary, for an average seat',
    [
      '',
      'largest safe cut, share 0',
      'share 25 %',
      'share 50 %',
      'faking is cheaper below, wei a unit',
      'real work costs',
      'exempt up to, LPT',
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

function cheats(): string {
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
      `Claiming what was not done: LPT from which it never pays, and µETH that it brings with ${whole(stake)} LPT`,
      ['segment', 'LPT', 'a claim of 1', 'a claim of 900'],
      [row('2 s of the typical ladder', typical), row('6 s of the largest', largest)],
    ),
    `Forgiven for ever: ${percent(forgivenPart(base.network))} of the verdicts; it saves more than the failed claim loses only in claims of fewer than ${whole(claimThatForgives(base.network, saving))} segments.`,
  ].join('\n\n')
}

const changed = (market: Partial<Market>): World => ({ ...base, market: { ...base.market, ...market } })
const ruled = (network: Partial<Network>): World => ({ ...base, network: { ...base.network, ...network } })
