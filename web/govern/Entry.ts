import { getAddress, isAddress, zeroAddress } from 'viem'
import { amountProblem, parseAmount } from '../wallet/amount'
import type { Decision, Pool } from './Decision'
import { type ContractName, type Parameter, parameters, type Values } from './Parameter'
import * as Unit from './Unit'

/** What a person has typed in the form for one part of a proposal. */
export type Entry = {
  kind: 'parameter' | 'payment' | 'burning' | 'verifier' | 'randomness'
  /** The key of the parameter. Empty until the person has chosen a parameter. */
  parameter: string
  value: string
  pool: Pool
  amount: string
  to: string
}

/** The field that a person must correct, and the sentence for it. */
export type EntryProblem = { field: keyof Entry; problem: string }

export const empty: Entry = { kind: 'parameter', parameter: '', value: '', pool: 'LPT', amount: '', to: '' }

/** Names a parameter in the form. Two contracts can have parameters of the same name. */
export const keyOf = ({ contract, name }: Parameter): string => `${contract}.${name}`

export const parameterOf = ({ parameter }: Entry): Parameter | undefined =>
  parameters.find((candidate) => keyOf(candidate) === parameter)

/** The decision that an entry means. `latest`: the values that were set last. */
export function decisionOf(
  entry: Entry,
  latest: Readonly<Record<ContractName, Values>>,
): { decision: Decision } | EntryProblem {
  switch (entry.kind) {
    case 'parameter': {
      const parameter = parameterOf(entry)
      if (!parameter) return { field: 'parameter', problem: 'Choose a parameter.' }
      const { contract, name, unit, min, max } = parameter
      const value = Unit.parse(unit, entry.value)
      if (value === undefined || value < min || value > max) return { field: 'value', problem: boundsOf(parameter) }
      if (value === latest[contract][name]) return { field: 'value', problem: 'The parameter has this value already.' }
      return { decision: { kind: 'parameters', contract, values: { ...latest[contract], [name]: value } } }
    }
    case 'payment':
    case 'burning': {
      const { pool, amount: text } = entry
      const amount = parseAmount(text, pool)
      if (!amount) return { field: 'amount', problem: amountProblem(text, '12.5') }
      if (entry.kind === 'burning') return { decision: { kind: 'payment', pool, to: zeroAddress, amount } }
      const to = addressOf(entry.to)
      return to ? { decision: { kind: 'payment', pool, to, amount } } : addressProblem
    }
    case 'verifier':
    case 'randomness': {
      const to = addressOf(entry.to)
      return to ? { decision: { kind: entry.kind, to } } : addressProblem
    }
  }
}

/** The sentence with the bounds of a parameter. */
export const boundsOf = ({ unit, min, max }: Parameter): string =>
  `Enter a number from ${Unit.digitsOf(unit, min)} to ${Unit.digitsOf(unit, max)}${Unit.nameOf(unit) && ` ${Unit.nameOf(unit)}`}.`

const addressProblem: EntryProblem = {
  field: 'to',
  problem: 'Enter an address: 0x and 40 more characters. Capital letters must be exactly as they were copied.',
}

/** Not the zero address: a payment to it would burn the amount. */
function addressOf(text: string) {
  const typed = text.trim()
  return isAddress(typed) && typed !== zeroAddress ? getAddress(typed) : undefined
}

/** A proposal has one call for all parameters of a contract. So a further change of a contract is merged with the earlier changes. */
export function add(
  decisions: readonly Decision[],
  decision: Decision,
  latest: Readonly<Record<ContractName, Values>>,
): Decision[] {
  if (decision.kind !== 'parameters') return [...decisions, decision]
  const { contract, values } = decision
  const index = decisions.findIndex((other) => other.kind === 'parameters' && other.contract === contract)
  if (index < 0) return [...decisions, decision]
  const earlier = decisions[index] as typeof decision
  const changed = Object.entries(values).filter(([name, value]) => value !== latest[contract][name])
  return decisions.with(index, { ...earlier, values: { ...earlier.values, ...Object.fromEntries(changed) } })
}
