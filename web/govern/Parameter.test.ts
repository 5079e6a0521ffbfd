import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { type Abi, getAbiItem, type PublicClient } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revertOf } from '../wallet/problemOf'
import { targetOf } from './Decision'
import { type ContractName, contractNames, type Parameter, parameters, parametersOf, type Values } from './Parameter'
import { readGovernance } from './readGovernance'

const contracts = contractsOn(localChainId)
let local: LocalChain
let latest: Readonly<Record<ContractName, Values>>
beforeAll(async () => {
  local = await startLocalChain()
  const client = local.chain as PublicClient
  const clock = { block: await client.getBlockNumber(), timeMs: 0, blockTimeMs: 1_000 }
  latest = (await readGovernance(client, { chainId: localChainId, account: undefined, clock, count: 1 })).inForce
})
afterAll(() => local.stop())

/** The bounds with which the contract refuses a value. Undefined if the contract accepts the value. */
async function refusedBounds({ contract, name }: Parameter, value: bigint): Promise<readonly unknown[] | undefined> {
  const values = { ...latest[contract], [name]: value }
  const call = targetOf({ kind: 'parameters', contract, values }, contracts)
  const error = await local.chain.simulateContract({ ...call, account: contracts.timelock.address }).then(
    () => undefined,
    (error: unknown) => error,
  )
  const revert = revertOf(error)
  if (error && revert?.name !== 'ParameterOutOfBounds') throw error
  return revert?.facts
}

/** The bounds that depend on other values. The contract of a chain can set them narrower than the page writes. */
const narrower = [
  'verificationPeriodBlocks',
  'slashingPeriodBlocks',
  'claimDeadlineBlocks',
  'verificationWindow',
  'inflationChange',
  'minInflation',
]

describe('the parameters of the page', () => {
  it.each(contractNames)('are all parameters of %s', (contract) => {
    const item = getAbiItem({ abi: contracts[contract].abi as Abi, name: 'setParameters' })
    const [struct] = (item as unknown as { inputs: { components: { name: string }[] }[] }).inputs
    expect(parametersOf(contract).map(({ name }) => name)).toEqual(struct?.components.map(({ name }) => name))
  })

  it.each(parameters.map((parameter) => [`${parameter.contract}.${parameter.name}`, parameter] as const))(
    'have the bounds of the contract: %s',
    async (_, parameter) => {
      const { name, min, max } = parameter
      const above = await refusedBounds(parameter, max + 1n)
      const below = min > 0n ? await refusedBounds(parameter, min - 1n) : undefined
      for (const bounds of [above, below].filter((bounds) => bounds !== undefined)) {
        const [refused, , least, most] = bounds
        expect(refused).toBe(name)
        if (narrower.includes(name)) {
          expect(least).toBeGreaterThanOrEqual(min)
          expect(most).toBeLessThanOrEqual(max)
        } else expect([least, most]).toEqual([min, max])
      }
      expect(above).toBeDefined()
      if (min > 0n) expect(below).toBeDefined()
    },
  )

  it('have titles that name only one parameter', () => {
    const titles = parameters.map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
  })
})
