import { useState } from 'react'
import { historyRounds } from './History'
import { type Assumptions, yieldOf } from './Yield'

export type FieldName = 'inflation' | 'participation' | 'rewardCut' | 'calls'

/** A number that a person can change. `scale`: the number in the field for a value of 1. */
export type Field = { name: FieldName; label: string; unit: string; scale: number; least: number; most: number }

export const fields: readonly Field[] = [
  { name: 'inflation', label: 'New LPT in each round', unit: '% of all LPT', scale: 100, least: 0, most: 100 },
  {
    name: 'participation',
    label: 'LPT staked with active transcoders',
    unit: '% of all LPT',
    scale: 100,
    least: 0.0001,
    most: 100,
  },
  { name: 'rewardCut', label: 'Reward cut', unit: '%', scale: 100, least: 0, most: 100 },
  {
    name: 'calls',
    label: 'Calls of reward',
    unit: `in ${historyRounds} rounds`,
    scale: historyRounds,
    least: 0,
    most: historyRounds,
  },
]

/** The assumptions of the chain, and a person's changes to them. A field that the person has not changed follows the chain. */
export function useYieldForm(present: Assumptions) {
  const [texts, setTexts] = useState<Partial<Record<FieldName, string>>>({})
  const values = fields.map((field) => {
    const { name, scale } = field
    const text = texts[name] ?? textOf(present[name] * scale)
    return { ...field, text, value: partOf(text, field) }
  })
  const isValid = values.every(({ value }) => value !== undefined)
  const chosen = Object.fromEntries(values.map(({ name, value }) => [name, value])) as Record<FieldName, number>
  return {
    values,
    /** Undefined if a field has no valid number. */
    result: isValid ? yieldOf({ ...present, ...chosen }) : undefined,
    isChanged: Object.keys(texts).length > 0,
    onText: (name: FieldName, text: string) => setTexts((former) => ({ ...former, [name]: text })),
    onReset: () => setTexts({}),
  }
}

/** At most six significant digits, without an exponent. */
const textOf = (value: number): string => String(Number(value.toFixed(6)))

/** The part from 0 to 1 that a text means. Undefined for a text that is not a number within the bounds. */
function partOf(text: string, { scale, least, most }: Field): number | undefined {
  if (!/^\s*\d*[.,]?\d+\s*$/.test(text)) return undefined
  const value = Number(text.replace(',', '.'))
  return value >= least && value <= most ? value / scale : undefined
}
