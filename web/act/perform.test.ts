import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { createTestClient, createWalletClient, type Hex, http, parseEther, toFunctionSelector } from 'viem'
import { foundry } from 'viem/chains'
import { getAbiItem } from 'viem/utils'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RpcCall, startProxy } from '../../relay/testbeds/proxy'
import { chainOf } from '../config/chain'
import { countingWallet } from '../testbeds/countingWallet'
import { createBurnerProvider } from '../wallet/burner/burnerProvider'
import type { Spending } from './allowance'
import type { ContractCall } from './ContractCall'
import { perform, rehearse } from './perform'
import { TransactionError } from './TransactionError'
import { prepare, send, simulate } from './transaction'

const { bondingManager, livepeerToken, roundsManager } = contractsOn(localChainId)
const selectorOf = (name: 'bond' | 'unbond') =>
  toFunctionSelector(getAbiItem({ abi: bondingManager.abi, name }) as never)
const amount = parseEther('10')
let local: LocalChain
let snapshot: `0x${string}`
let transcoder: ReturnType<typeof local.user>
let me: ReturnType<typeof local.user>
const control = () => createTestClient({ mode: 'anvil', transport: http(local.rpcUrl) })

beforeAll(async () => {
  local = await startLocalChain()
  transcoder = local.user(1)
  me = local.user(3)
  for (const { address } of [transcoder, me])
    await local.mined(local.user(0).livepeerToken.write.transfer([address, parseEther('100')]))
  await local.mined(transcoder.livepeerToken.write.approve([bondingManager.address, amount]))
  await local.mined(transcoder.bondingManager.write.bond([amount, transcoder.address]))
  await local.mined(transcoder.bondingManager.write.transcoder([100n, 100_000n, 500_000n]))
})
afterAll(() => local.stop())
beforeEach(async () => {
  if (snapshot) await control().revert({ id: snapshot })
  snapshot = await control().snapshot()
})

const bond = (spent = amount): ContractCall => ({
  ...bondingManager,
  functionName: 'bond',
  args: [spent, transcoder.address],
})
const unbond = (stake: bigint): ContractCall => ({ ...bondingManager, functionName: 'unbond', args: [stake] })
const spending: Spending = {
  ...{ token: livepeerToken, spender: bondingManager.address, amount },
  withPermit: ({ deadline, v, r, s }) => ({
    ...bondingManager,
    functionName: 'bondWithPermit',
    args: [amount, transcoder.address, deadline, v, r, s],
  }),
}
const wallet = (options: Partial<Parameters<typeof countingWallet>[0]> = {}) =>
  countingWallet({ rpcUrl: local.rpcUrl, account: me.address, ...options })
const stake = async () => (await me.bondingManager.read.getDelegator([me.address])).stake
const nonce = () => local.chain.getTransactionCount({ address: me.address })
const allow = (spent: bigint) => local.mined(me.livepeerToken.write.approve([bondingManager.address, spent]))

async function failureOf(promise: Promise<unknown>): Promise<TransactionError> {
  const error = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(TransactionError)
  return error as TransactionError
}

describe('an action', () => {
  it('is simulated once, in the rehearsal, and is sent as it was simulated', async () => {
    await allow(amount)
    const { config, simulated } = await wallet()
    const action = { call: bond(), spending }
    await perform(config, action, await rehearse(config, action, me.address))
    expect(simulated).toEqual([selectorOf('bond')])
    expect(await stake()).toBe(amount)
  })

  it('has a gas limit that is a quarter above the estimate, because a new round can increase the gas that the call needs', async () => {
    const { config } = await wallet()
    await allow(amount)
    const { gasUsed, transactionHash } = await send(config, prepare(config, bond(), me.address))
    const { gas } = await local.chain.getTransaction({ hash: transactionHash })
    expect(Number(gas) / Number(gasUsed)).toBeGreaterThan(1.2)
  })

  it('needs one signature and one transaction when the allowance is missing', async () => {
    const { config, simulated } = await wallet()
    const action = { call: bond(), spending }
    const before = await nonce()
    const rehearsal = await rehearse(config, action, me.address)
    expect(rehearsal.prepared).toBeUndefined()
    await perform(config, action, rehearsal)
    expect(simulated.filter((selector) => selector === selectorOf('bond'))).toHaveLength(1)
    expect(simulated).not.toContain(toFunctionSelector(getAbiItem({ abi: bondingManager.abi, name: 'bondWithPermit' })))
    expect([await nonce(), await stake()]).toEqual([before + 1, amount])
  })

  it('sends an approval first when the wallet cannot sign a permit', async () => {
    const { config, simulated } = await wallet({ signTypedDataError: new TypeError('No typed data here.') })
    const action = { call: bond(), spending }
    const before = await nonce()
    await perform(config, action, await rehearse(config, action, me.address))
    expect(simulated.filter((selector) => selector === selectorOf('bond'))).toHaveLength(1)
    expect([await nonce(), await stake()]).toEqual([before + 2, amount])
  })

  it('sends nothing when the person declines the signature', async () => {
    const { config } = await wallet({ signTypedDataError: true })
    const action = { call: bond(), spending }
    const before = await nonce()
    const { problem } = await failureOf(perform(config, action, await rehearse(config, action, me.address)))
    expect(problem.nextStep).toContain('Nothing was paid.')
    expect(await nonce()).toBe(before)
  })

  it('is refused in the rehearsal, with the name and the arguments of the contract’s error', async () => {
    const { config } = await wallet()
    await allow(amount)
    await local.mined(me.bondingManager.write.bond([amount, transcoder.address]))
    const { revert } = await failureOf(rehearse(config, { call: unbond(amount + 1n) }, me.address))
    expect(revert).toEqual({ name: 'InsufficientStake', facts: [amount + 1n, amount] })
  })

  it('is refused in the rehearsal if its call needs an allowance and its `spending` is not set', async () => {
    const { config } = await wallet()
    const { revert } = await failureOf(rehearse(config, { call: bond() }, me.address))
    expect(revert?.name).toBe('ERC20InsufficientAllowance')
  })
})

describe('the reason of a failed transaction', () => {
  it('is the contract’s error when the chain has changed before the wallet sends the transaction', async () => {
    // Like most wallets, this wallet estimates the gas before it sends a transaction.
    const provider = createBurnerProvider({
      account: me.account,
      chain: chainOf({ chainId: localChainId, rpcUrls: [local.rpcUrl] }),
    })
    const { config } = await wallet({ provider })
    await allow(amount)
    await local.mined(me.bondingManager.write.bond([amount, transcoder.address]))
    const action = { call: unbond(amount) }
    const rehearsal = await rehearse(config, action, me.address)
    await local.mined(me.bondingManager.write.unbond([1n]))
    const { revert, message } = await failureOf(perform(config, action, rehearsal))
    expect(revert).toEqual({ name: 'InsufficientStake', facts: [amount, amount - 1n] })
    expect(message).toContain('unsent')
  })

  it('does not matter if the call would succeed now: then the page asks the wallet once more', async () => {
    let refusals = 0
    const { node, provider } = walletThat(async (transaction) => {
      // The wallet does not pass on the contract's error.
      if (refusals++ === 0) throw Object.assign(new Error('execution reverted'), { code: 3 })
      return node.request({ method: 'eth_sendTransaction', params: [transaction] })
    })
    const { config } = await wallet({ provider })
    await allow(amount)
    const { status } = await send(config, await simulate(config, bond(), me.address))
    expect([status, refusals, await stake()]).toEqual(['success', 2, amount])
  })

  it('is the wallet’s error when the wallet refuses a second time', async () => {
    const refuse = () => Promise.reject(Object.assign(new Error('execution reverted'), { code: 3 }))
    const { config } = await wallet(walletThat(refuse))
    await allow(amount)
    const { stage } = await failureOf(send(config, await simulate(config, bond(), me.address)))
    expect([stage, await stake()]).toEqual(['unsent', 0n])
  })

  it('is unknown if the wallet reports an error after it has sent the transaction; then the page does not ask the wallet again', async () => {
    let requests = 0
    const { node, provider } = walletThat(async (transaction) => {
      requests++
      await node.request({ method: 'eth_sendTransaction', params: [transaction] })
      throw Object.assign(new Error('execution reverted'), { code: 3 })
    })
    const { config } = await wallet({ provider })
    await allow(amount)
    const { stage, problem } = await failureOf(send(config, await simulate(config, bond(), me.address)))
    expect(problem.nextStep).toContain('The transaction was sent.')
    expect([stage, requests, await stake()]).toEqual(['sent', 1, amount])
  })

  it('is the contract’s error when the transaction fails in its block', async () => {
    const { config } = await wallet()
    await local.mine(31)
    const call: ContractCall = { ...roundsManager, functionName: 'initializeRound', args: [] }
    const rehearsed = await simulate(config, call, me.address)
    await control().setAutomine(false)
    try {
      const gasPrice = 100n * (await local.chain.getGasPrice())
      await transcoder.roundsManager.write.initializeRound({ maxFeePerGas: gasPrice, maxPriorityFeePerGas: gasPrice })
      const sent = send(config, rehearsed, { onSent: () => void local.mine(1) })
      const { revert, message } = await failureOf(sent)
      expect(revert?.name).toBe('RoundAlreadyInitialized')
      expect(message).toContain('reverted')
    } finally {
      await control().setAutomine(true)
    }
  })

  it('is the contract’s error for a call that was never simulated', async () => {
    const { config } = await wallet()
    const { revert } = await failureOf(send(config, prepare(config, unbond(1n), me.address)))
    expect(revert).toBeDefined()
  })
})

/** A wallet that answers `eth_sendTransaction` with `sendTransaction`, and passes all other requests to `node`. */
const walletThat = (sendTransaction: (transaction: unknown) => Promise<unknown>) => {
  const node = createBurnerProvider({
    account: me.account,
    chain: chainOf({ chainId: localChainId, rpcUrls: [local.rpcUrl] }),
  })
  return {
    node,
    provider: {
      request: async ({ method, params }: { method: string; params?: unknown }) =>
        method === 'eth_sendTransaction'
          ? sendTransaction((params as [unknown])[0])
          : node.request({ method, params } as never),
    },
  }
}

describe('a person who declines in the wallet', () => {
  const error = (code: number | string, message: string, more = {}) =>
    Object.assign(new Error(message), { code, ...more })
  it.each<[string, () => unknown]>([
    ['the code 4001', () => Promise.reject(error(4001, 'User rejected the request.'))],
    [
      'the code -32603 and a text of MetaMask',
      () => Promise.reject(error(-32603, 'MetaMask Tx Signature: User denied transaction signature.')),
    ],
    ['the code -32000 and a text', () => Promise.reject(error(-32000, 'User rejected the transaction'))],
    ['the code of WalletConnect', () => Promise.reject(error(5000, 'Rejected.'))],
    ['an error in an error', () => Promise.reject(error(-32603, 'Error', { data: { originalError: { code: 4001 } } }))],
    ['a text', () => Promise.reject('User canceled')],
    ['null', () => Promise.resolve(null)],
    ['nothing', () => Promise.resolve(undefined)],
  ])('is recognized if the wallet answers with %s', async (_, answer) => {
    await allow(amount)
    const { config } = await wallet(walletThat(async () => answer()))
    const before = await nonce()
    const { problem, stage } = await failureOf(send(config, await simulate(config, bond(), me.address)))
    expect(problem.sentence).toBe('The transaction was declined in the wallet.')
    expect(problem.nextStep).toContain('Nothing was paid.')
    expect([stage, await nonce()]).toEqual(['unsent', before])
  })

  it('has declined the permit if the wallet answers the request for a signature with null; then the page does not ask for an approval', async () => {
    const { node } = walletThat(async () => null)
    const sent: string[] = []
    const provider = {
      request: async ({ method, params }: { method: string; params?: unknown }) => {
        sent.push(method)
        return method === 'eth_signTypedData_v4' ? null : node.request({ method, params } as never)
      },
    }
    const { config } = await wallet({ provider })
    const action = { call: bond(), spending }
    const { problem } = await failureOf(perform(config, action, await rehearse(config, action, me.address)))
    expect(problem.sentence).toBe('The transaction was declined in the wallet.')
    expect(sent).not.toContain('eth_sendTransaction')
  })

  it('is not assumed when the wallet answers with the code -32603 without a text about a decline', async () => {
    const { config } = await wallet(walletThat(() => Promise.reject(error(-32603, 'Internal JSON-RPC error.'))))
    await allow(amount)
    const { problem } = await failureOf(send(config, await simulate(config, bond(), me.address)))
    expect(problem).toEqual({
      sentence: 'The wallet or the chain reported an error.',
      nextStep: 'The error: Internal JSON-RPC error.',
    })
  })
})

describe('a transaction that the person changes in the wallet before a block contains it', () => {
  const faster = { gas: 300_000n, maxPriorityFeePerGas: 10n ** 11n, maxFeePerGas: 10n ** 12n }
  /** Sends the bond, then another transaction with the same nonce from the same wallet, and mines two blocks. */
  async function replaced(change: (data: Hex) => { to: Hex; data?: Hex }) {
    await allow(amount)
    await control().setAutomine(false)
    const { config } = await wallet()
    const own = createWalletClient({ account: me.account, chain: foundry, transport: http(local.rpcUrl) })
    try {
      const number = await nonce()
      const prepared = await simulate(config, bond(), me.address)
      return await send(config, prepared, {
        onSent: async (hash) => {
          const { input } = await local.chain.getTransaction({ hash })
          await own.sendTransaction({ ...change(input), ...faster, nonce: number })
          await local.mine(2)
        },
      })
    } finally {
      await control().setAutomine(true)
    }
  }

  it('succeeds if the person only raises its fee', async () => {
    const { status } = await replaced((data) => ({ to: bondingManager.address, data }))
    expect([status, await stake()]).toEqual(['success', amount])
  })

  it('is reported as cancelled if the new transaction goes to the person’s own account', async () => {
    const { stage, problem } = await failureOf(replaced(() => ({ to: me.address })))
    expect([stage, await stake()]).toEqual(['cancelled', 0n])
    expect(problem.sentence).toBe('The transaction was cancelled in the wallet.')
    expect(problem.nextStep).toContain('You paid the network fee of the cancellation only.')
  })

  it('is reported as replaced if the new transaction makes another call', async () => {
    const data = '0x18160ddd'
    const { stage } = await failureOf(replaced(() => ({ to: livepeerToken.address, data })))
    expect([stage, await stake()]).toEqual(['replaced', 0n])
  })

  it('is reported as dropped if neither the chain nor the mempool knows it any more', async () => {
    await allow(amount)
    await control().setAutomine(false)
    try {
      const { config } = await wallet()
      const drop = async (hash: Hex) => control().dropTransaction({ hash })
      const sent = send(config, await simulate(config, bond(), me.address), { onSent: drop, patienceMs: 300 })
      const { stage, problem } = await failureOf(sent)
      expect(stage).toBe('dropped')
      expect(problem.sentence).toBe('The network does not know the transaction.')
    } finally {
      await control().setAutomine(true)
    }
  })
})

describe('a sent transaction', () => {
  it('succeeds although the RPC refuses requests for a moment', async () => {
    await allow(amount)
    const proxy = await startProxy(local.rpcUrl)
    const { config } = await wallet({ rpcUrl: proxy.url, provider: walletThat(async () => null).node })
    let refused = 0
    const refuse = (_: RpcCall) => {
      if (++refused > 10) return undefined
      return { error: { code: -32005, message: 'rate limited' } }
    }
    const prepared = await simulate(config, bond(), me.address)
    await send(config, prepared, { onSent: () => proxy.refuse(refuse) })
    expect(await stake()).toBe(amount)
    expect(refused).toBeGreaterThan(10)
    await proxy.stop()
  })
})
