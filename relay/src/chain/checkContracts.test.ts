import { configureDeployment, deploymentOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { startLocalChain } from '@lp/contracts/testbeds/localChain'
import { createPublicClient, http } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { checkContracts } from './checkContracts'

const committed = deploymentOn(localChainId)
let local: Awaited<ReturnType<typeof startLocalChain>>
beforeAll(async () => {
  local = await startLocalChain()
})
afterEach(() => configureDeployment(committed))
afterAll(() => local.stop())

const check = () => checkContracts(local.chain, localChainId)

describe('checkContracts', () => {
  it('accepts the contracts of a deployment', async () => {
    await check()
  })

  it.each([
    ...['timelock', 'livepeerToken', 'roundsManager', 'serviceRegistry', 'randomness', 'bondingManager', 'jobsManager'],
    ...['claimsManager', 'verifier', 'minter', 'chequebook', 'stakeVotes', 'governor'],
  ] as const)('refuses another contract, or none, in the place of %s', async (name) => {
    const { chequebook, serviceRegistry } = committed
    const another = name === 'chequebook' ? serviceRegistry : chequebook
    for (const address of [another, `0x${'ab'.repeat(20)}` as const]) {
      configureDeployment({ ...committed, [name]: address })
      await expect(check()).rejects.toThrow(
        /^On chain 31337, the contract at 0x\w{40} is not lp’s \w+ of this version\. /,
      )
    }
  })

  it('throws the error of the chain if the chain does not answer', async () => {
    const away = createPublicClient({ transport: http('http://127.0.0.1:9', { retryCount: 0 }) })
    await expect(checkContracts(away, localChainId)).rejects.toThrow('HTTP request failed')
  })
})
