import { type ContractName, contractNames, type Parameter, type Values } from './Parameter'

/** All parameters of a contract, as they were set in a block. The constructor of a contract sets the first values. */
export type ParameterUpdate = { contract: ContractName; values: Values; block: bigint; transactionHash: string }

export type Change = { block: bigint; from: bigint; to: bigint }

/**
 * The values that were set last. A contract can still use earlier values: a new length of the round applies only to rounds that have not begun.
 */
export const latestOf = (updates: readonly ParameterUpdate[], contract: ContractName): Values =>
  updates.findLast((update) => update.contract === contract)?.values ?? {}

/** The values that were set last, of all contracts. */
export const allLatestOf = (updates: readonly ParameterUpdate[]): Readonly<Record<ContractName, Values>> =>
  Object.fromEntries(contractNames.map((contract) => [contract, latestOf(updates, contract)])) as never

/** The values of all contracts before the transaction that executed a proposal. */
export function valuesBefore(
  updates: readonly ParameterUpdate[],
  transactionHash: string,
): Readonly<Record<ContractName, Values>> {
  const index = updates.findIndex((update) => update.transactionHash === transactionHash)
  return allLatestOf(index < 0 ? updates : updates.slice(0, index))
}

/** The changes of one parameter, the last change first. */
export function changesOf(updates: readonly ParameterUpdate[], { contract, name }: Parameter): Change[] {
  const own = updates.filter((update) => update.contract === contract)
  return own
    .flatMap(({ block, values }, index) => {
      const [from, to] = [own[index - 1]?.values[name], values[name]]
      return from === undefined || to === undefined || from === to ? [] : [{ block, from, to }]
    })
    .reverse()
}
