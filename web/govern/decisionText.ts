import { isAddressEqual, zeroAddress } from 'viem'
import { formatAmount, formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import type { Decision } from './Decision'
import { type ContractName, contractTitles, parametersOf, type Values } from './Parameter'
import * as Unit from './Unit'

export type Before = Readonly<Partial<Record<ContractName, Values>>>

/**
 * What a decision does, one text for each effect. `before`: the values that the decision replaces. A call that the page does not know has no
 * text: `DecisionList` shows its bytes.
 */
export function effectsOf(decision: Decision, before: Before): string[] {
  switch (decision.kind) {
    case 'parameters':
      return changesOf(decision, before[decision.contract] ?? {})
    case 'payment': {
      const amount = decision.pool === 'LPT' ? formatLpt(decision.amount) : formatAmount(decision.amount)
      return [
        isBurning(decision)
          ? `Burn ${amount} of the CommonPool`
          : `Pay ${amount} from the CommonPool to ${shortAddress(decision.to)}`,
      ]
    }
    case 'verifier':
      return [`Make ${shortAddress(decision.to)} the verifier of later jobs`]
    case 'randomness':
      return [`Make ${shortAddress(decision.to)} the source of randomness of later blocks`]
    case 'unknown':
      return []
  }
}

export const isBurning = (decision: Decision): boolean =>
  decision.kind === 'payment' && isAddressEqual(decision.to, zeroAddress)

function changesOf({ contract, values }: Extract<Decision, { kind: 'parameters' }>, before: Values): string[] {
  const changes = parametersOf(contract).flatMap(({ name, title, unit }) => {
    const [from, to] = [before[name], values[name] as bigint]
    if (from === to) return []
    if (from === undefined) return [`${title} to ${Unit.format(unit, to)}`]
    return [
      `${title} from ${unit === 'oneIn' ? Unit.format(unit, from) : Unit.digitsOf(unit, from)} to ${Unit.format(unit, to)}`,
    ]
  })
  return changes.length > 0 ? changes : [`No change of the parameters in “${contractTitles[contract]}”`]
}
