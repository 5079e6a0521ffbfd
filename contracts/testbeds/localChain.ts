import {
  type Abi,
  type ContractFunctionName,
  createPublicClient,
  createTestClient,
  createWalletClient,
  getContract,
  type Hex,
  http,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { expect } from 'vitest'
import { contractsOn } from '../deployments'
import { startAnvil } from '../script/anvil'
import { deploy, localChainId, localKey } from '../script/deploy'
import { callAsOwner, type OwnerCall } from '../script/localChain'
import { presets } from '../script/presets'

export type LocalChain = Awaited<ReturnType<typeof startLocalChain>>

/** Starts a local chain, deploys the contracts with the preset `local`, and connects the accounts of the test. `stop` ends the chain. */
export async function startLocalChain() {
  const { rpcUrl, stop } = await startAnvil()
  await deploy({ rpcUrl, deployerKey: localKey(0), preset: 'local' })
  return { ...connect(rpcUrl), rpcUrl, stop }
}

/** Connects the accounts of a test to the contracts of a local chain. */
export function connect(rpcUrl: string) {
  const contracts = contractsOn(localChainId)
  const transport = http(rpcUrl)
  const chain = createPublicClient({ chain: foundry, transport, pollingInterval: 50 })
  const test = createTestClient({ mode: 'anvil', transport })
  /** In batches: on a busy machine, anvil needs longer for a thousand blocks than viem waits for an answer. */
  async function mine(blocks: number) {
    for (let left = blocks; left > 0; left -= 100) await test.mine({ blocks: Math.min(left, 100), interval: 1 })
  }
  return {
    chain,
    test,
    mine,
    /** Mines until the second block of the next round, because no round can be initialized in its first block. */
    async mineToNextRound() {
      const view = { ...contracts.roundsManager, functionName: 'currentRoundStartBlock' } as const
      const [startBlock, block] = await Promise.all([chain.readContract(view), chain.getBlockNumber({ cacheTime: 0 })])
      await mine(Number(startBlock + presets.local.roundLength + 1n - block))
    },
    /** Calls a function of a contract as its owner, which is the timelock. */
    callAsOwner: <const abi extends Abi, functionName extends ContractFunctionName<abi, 'nonpayable'>>(
      call: OwnerCall<abi, functionName>,
    ) => callAsOwner({ rpcUrl, ...call }),
    /** Waits until the transaction is mined, and expects that it succeeded. */
    async mined(sent: Promise<Hex>) {
      const receipt = await chain.waitForTransactionReceipt({ hash: await sent })
      expect(receipt.status).toBe('success')
      return receipt
    },
    /** The contracts, called from account `index` of the test mnemonic. */
    user(index: number) {
      const account = privateKeyToAccount(localKey(index))
      const wallet = createWalletClient({ account, chain: foundry, transport })
      const client = { public: chain, wallet }
      return {
        account,
        wallet,
        address: account.address,
        livepeerToken: getContract({ ...contracts.livepeerToken, client }),
        bondingManager: getContract({ ...contracts.bondingManager, client }),
        roundsManager: getContract({ ...contracts.roundsManager, client }),
        serviceRegistry: getContract({ ...contracts.serviceRegistry, client }),
        jobsManager: getContract({ ...contracts.jobsManager, client }),
        claimsManager: getContract({ ...contracts.claimsManager, client }),
        verifier: getContract({ ...contracts.verifier, client }),
        chequebook: getContract({ ...contracts.chequebook, client }),
      }
    },
  }
}
