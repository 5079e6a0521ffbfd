import { type Address, type FeeValuesEIP1559, formatEther, type PublicClient } from 'viem'
import type { Step } from './DeploymentPlan'

/** The cost of the transactions that are still to be sent. Amounts in wei. */
export type Cost = {
  /** The steps to send, with the gas that each may use. */
  steps: readonly (Step & { gas: bigint })[]
  fees: FeeValuesEIP1559
  gas: readonly bigint[]
  /** At the present fees. */
  expected: bigint
  /** If the fee of a block doubles, and each transaction uses all the gas that it may use. Nodes refuse an account with less. */
  most: bigint
  balance: bigint
  /** The present price of a unit of gas. */
  price: bigint
}

/** Computes the cost of the steps from their `gas` in the rehearsal. A transaction may use a tenth more. */
export async function costOf(
  steps: readonly Step[],
  { client, deployer, gas, sent }: { client: PublicClient; deployer: Address; gas: readonly bigint[]; sent: number },
): Promise<Cost> {
  const { baseFeePerGas } = await client.getBlock()
  const base = baseFeePerGas ?? (await client.getGasPrice())
  const maxPriorityFeePerGas = await client.estimateMaxPriorityFeePerGas()
  const fees = { maxPriorityFeePerGas, maxFeePerGas: 2n * base + maxPriorityFeePerGas }
  const limited = steps.map((step, index) => ({ ...step, gas: ((gas[index] as bigint) * 11n) / 10n }))
  const left = limited.filter(({ nonce }) => nonce >= sent)
  const used = gas.slice(steps.length - left.length)
  const price = base + maxPriorityFeePerGas
  return {
    ...{ steps: left, fees, gas: used, price, expected: sum(used) * price },
    most: sum(left.map(({ gas }) => gas)) * fees.maxFeePerGas,
    balance: await client.getBalance({ address: deployer }),
  }
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)

/** The cost as a table: a line for each transaction, the total, and the balance. */
export function tableOf({ steps, gas, price, expected, most, balance }: Cost): string {
  const line = (name: string, units: bigint, wei: bigint) =>
    `${name.padEnd(24)}${String(units).padStart(12)}  ${etherOf(wei).padStart(14)}`
  return [
    `${'transaction'.padEnd(24)}${'gas'.padStart(12)}  ${'ether'.padStart(14)}`,
    ...steps.map(({ name }, index) => line(name, gas[index] as bigint, (gas[index] as bigint) * price)),
    line('total', sum(gas), expected),
    `If fees double, the deployment costs at most ${etherOf(most)} ether. The account has ${etherOf(balance)} ether.`,
  ].join('\n')
}

/** Six digits after the point are enough to decide. Rounded up, so that a cost is never shown as zero. */
const etherOf = (wei: bigint): string => formatEther(((wei + 10n ** 12n - 1n) / 10n ** 12n) * 10n ** 12n)

/** Throws `TooPoorError` if the account cannot pay the highest cost. */
export function assertPayable({ most, balance, steps }: Cost, deployer: Address): void {
  if (steps.length > 0 && balance < most) throw new TooPoorError({ deployer, missing: most - balance })
}

export class TooPoorError extends Error {
  override readonly name = 'TooPoorError'
  readonly forPeople = true
  constructor({ deployer, missing }: { deployer: Address; missing: bigint }) {
    super(
      `${deployer} has too little ether: ${etherOf(missing)} ether are missing. Send them to this account, and run the command again.`,
    )
  }
}
