import { chart, type Line, linear, type Panel, type Value } from '../../selfDealing/chart'
import { offloadOf, type Sample } from './Counters'
import type { Outcome } from './Outcome'

const colours = ['a', 'b', 'c', 'd', 'e'] as const

/** An SVG of the large scenarios: origin offload, latency and stalled viewers in each second. */
export function figure(outcomes: readonly Outcome[]): string {
  const large = outcomes.filter(({ name, viewers }) => viewers >= 100 && !name.includes('only'))
  return chart({
    title:
      'Simulated, not measured: origin offload, time behind live and stalled viewers of large rooms, second by second',
    panels: [
      panel(large, {
        title: 'Simulated: origin offload',
        label: 'origin offload',
        from: 0.8,
        to: 1,
        unit: percent,
        value: offloadOf,
      }),
      panel(large, {
        ...{ title: 'Simulated: behind live, 95th percentile', label: 'seconds', from: 0, to: 8, unit: String },
        value: ({ p95Ms }) => p95Ms / 1_000,
      }),
      panel(large, {
        ...{ title: 'Simulated: viewers that stall', label: 'part of the viewers', from: 0, to: 0.05, unit: percent },
        value: ({ stalled }) => stalled,
      }),
    ],
  })
}

type Curve = {
  title: string
  label: string
  from: number
  to: number
  unit(value: number): string
  value(sample: Sample): number
}

function panel(outcomes: readonly Outcome[], { title, label, from, to, unit, value }: Curve): Panel {
  const seconds = Math.max(1, ...outcomes.map(({ samples }) => samples.length))
  const lines = outcomes.map(({ name, samples }, index): Line => {
    const points = samples.slice(2).map((sample): Value => [sample.seconds, clamp(value(sample), from, to)])
    const height = from + (to - from) * (0.5 - 0.08 * index)
    return {
      ...{ points, colour: colours[index % colours.length] ?? 'a' },
      label: { at: [seconds * 0.95, height], text: name, anchor: 'end' },
    }
  })
  const ticks = (least: number, most: number, text: (value: number) => string) =>
    [0, 0.25, 0.5, 0.75, 1].map((part) => ({
      value: least + part * (most - least),
      text: text(least + part * (most - least)),
    }))
  return {
    ...{ title, lines },
    x: {
      label: 'seconds since the start',
      scale: linear(0, seconds),
      ticks: ticks(0, seconds, (at) => `${Math.round(at)}`),
    },
    y: { label, scale: linear(from, to), ticks: ticks(from, to, unit) },
  }
}

const percent = (share: number) => `${(100 * share).toFixed(share > 0.5 ? 0 : 1)} %`
const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))
