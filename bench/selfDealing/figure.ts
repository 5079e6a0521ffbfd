import { cutBoundary } from './boundary'
import { chart, type Line, linear, logarithmic, type Panel, type Value } from './chart'
import { delegating, type Rates, relayRates, rewardOf, selfDealing, working } from './earnings'
import { base, type World } from './Market'
import { averageSeat, mainnet } from './Network'

const seat = averageSeat(mainnet)
const expensiveRates: Rates = { blockRewardCut: 0.1, feeShare: 0.25 }
const at = (pricePerUnit: number): World => ({ ...base, market: { ...base.market, pricePerUnit } })
const spaced = (from: number, to: number, count = 240) =>
  Array.from({ length: count + 1 }, (_, index) => from * (to / from) ** (index / count))
const percent = (values: readonly number[]) => values.map((value) => ({ value, text: `${Math.round(value * 100)} %` }))

/**
 * An SVG with two panels. The left panel shows at which cuts and stakes self-dealing earns more than delegating. The right panel
 * shows how the earnings of real work, self-dealing and delegating depend on the price. Whitepaper, "Useless or Self Dealing
 * Transcoder".
 */
export const figure = (): string =>
  chart({
    title:
      'Left: the cuts and stakes at which self-dealing earns more than delegating. Right: how the earnings of real work, self-dealing and delegating depend on the price.',
    panels: [cutsAndStakes(), earningsByPrice()],
  })

function cutsAndStakes(): Panel {
  const [least, most, highest] = [100, 1_000_000, 0.25]
  const boundary = (world: World, stake: number) => cutBoundary(world, stake, relayRates.feeShare)
  const curve = (world: World): Value[] => spaced(least, most).map((stake) => [stake, boundary(world, stake)])
  const few: World = { ...base, market: { ...base.market, streams: base.market.streams / 10 } }
  const prices = [
    { world: few, colour: 'e', text: `${few.market.streams} streams, 4,000 wei per unit` },
    { world: base, colour: 'a', text: '100 streams, 4,000 wei per unit' },
    { world: at(8_000), colour: 'c', text: '100 streams, 8,000 wei per unit' },
    { world: at(16_000), colour: 'd', text: '100 streams, 16,000 wei per unit' },
  ] as const
  const lines = prices.map(
    ({ world, colour, text }): Line => ({
      points: curve(world),
      colour,
      label: { at: [most, boundary(world, most)], text, anchor: 'end' },
    }),
  )
  return {
    title: 'Above a line, self-dealing earns more than delegating',
    x: {
      label: 'stake, LPT',
      scale: logarithmic(least, most),
      ticks: [100, 1_000, 10_000, 100_000, 1_000_000].map((value) => ({ value, text: value.toLocaleString('en') })),
    },
    y: {
      label: 'BlockRewardCut of the honest transcoder (FeeShare 50 %)',
      scale: linear(0, highest),
      ticks: percent([0, 0.05, 0.1, 0.15, 0.2, 0.25]),
    },
    areas: [{ points: [[least, highest], ...curve(base), [most, highest]] }],
    lines: [
      ...lines,
      {
        points: [
          [seat, 0],
          [seat, highest],
        ],
        colour: 'faint',
        dashed: true,
      },
      {
        points: [
          [least, relayRates.blockRewardCut],
          [most, relayRates.blockRewardCut],
        ],
        colour: 'faint',
        dashed: true,
        label: { at: [1_600, relayRates.blockRewardCut], text: 'default cut of lp-relay' },
      },
    ],
    notes: [
      { at: [seat * 0.95, 0.232], text: 'average seat', anchor: 'end' },
      { at: [seat * 1.1, 0.167], text: 'left of the step in a line,' },
      { at: [seat * 1.1, 0.153], text: 'a transcoder gets its' },
      { at: [seat * 1.1, 0.139], text: 'reward without work' },
    ],
  }
}

function earningsByPrice(): Panel {
  const [lowestPrice, highestPrice] = [1_000, 50_000]
  const line = (earn: (world: World) => number): Value[] =>
    spaced(lowestPrice, highestPrice).map((price) => [price, earn(at(price)) / rewardOf(base, seat)])
  const label = (earn: (world: World) => number, price: number, text: string) => ({
    at: [price, earn(at(price)) / rewardOf(base, seat)] as const,
    text,
    anchor: 'end' as const,
  })
  const choices = [
    { earn: (world: World) => working(world, seat, 1), colour: 'c', text: 'all its drawn jobs', price: 15_000 },
    { earn: (world: World) => working(world, seat, 0.1), colour: 'a', text: '10 % of its drawn jobs', price: 25_500 },
    { earn: (world: World) => selfDealing(world, seat), colour: 'e', text: 'self-dealing', price: 49_000 },
    { earn: (world: World) => delegating(world, seat, relayRates), colour: 'd', text: '', price: 0 },
    {
      earn: (world: World) => delegating(world, seat, expensiveRates),
      colour: 'b',
      text: 'delegating, cut 10 %',
      price: 8_000,
    },
  ] as const
  return {
    title: 'Earnings of an average seat at each price',
    x: {
      label: 'price, wei per unit (100 live streams, gas price 0.1 gwei)',
      scale: logarithmic(lowestPrice, highestPrice),
      ticks: [1_000, 3_000, 10_000, 30_000].map((value) => ({ value, text: value.toLocaleString('en') })),
    },
    y: {
      label: 'earnings ÷ reward of the stake',
      scale: linear(0.85, 1.45),
      ticks: percent([0.9, 1, 1.1, 1.2, 1.3, 1.4]),
    },
    lines: choices.map(({ earn, colour, text, price }) => ({
      points: line(earn),
      colour,
      // The space to the left of this line is too small for its label, so the label is on the right.
      label: text ? label(earn, price, text) : { at: [22_200, 1.228], text: 'delegating, cut 2 %' },
    })),
    notes: [
      { at: [1_100, 1.424], text: 'with cut 2 %, the FeeShare is 50 %' },
      { at: [1_100, 1.394], text: 'with cut 10 %, the FeeShare is 25 %' },
      { at: [1_100, 1.354], text: 'drawn jobs: the jobs for' },
      { at: [1_100, 1.324], text: 'which a transcoder is drawn' },
      { at: [49_000, 0.855], text: 'a useless transcoder earns 0: its reward is withheld', anchor: 'end' },
    ],
  }
}
