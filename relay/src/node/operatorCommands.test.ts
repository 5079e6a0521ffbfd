import { contractsOn } from '@lp/contracts/deployments'
import { localChainId, localKey } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { createTestClient, http, parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Chain, startChain } from '../../testbeds/startNode'
import { Sender } from '../chain/Sender'
import { operatorCommands } from './operatorCommands'

const { bondingManager } = contractsOn(localChainId)
const account = privateKeyToAccount(localKey(1))
const stake = parseEther('100')

let chain: Chain
let local: ReturnType<typeof connect>
beforeAll(async () => {
  chain = await startChain()
  local = connect(chain.rpcUrl)
  const { livepeerToken, bondingManager: bonding, address } = local.user(1)
  await local.mined(local.user(0).livepeerToken.write.transfer([address, stake]))
  await local.mined(livepeerToken.write.approve([bondingManager.address, stake]))
  await local.mined(bonding.write.bond([stake, address]))
  await local.mined(bonding.write.transcoder([1n, 0n, 0n]))
})
afterAll(() => chain.stop())

const options = () => ({ rpcUrl: chain.rpcUrl, account })
const balance = () => local.user(1).livepeerToken.read.balanceOf([account.address])

/** The numbers of the newest block, and of the last block of its round. */
async function blocks(): Promise<{ newest: bigint; last: bigint }> {
  const { roundsManager } = local.user(2)
  const newest = await local.chain.getBlockNumber({ cacheTime: 0 })
  const [start, length] = [await roundsManager.read.currentRoundStartBlock(), await roundsManager.read.roundLength()]
  return { newest, last: start + length - 1n }
}

/**
 * Mines until the second block of the next round. In the first block of a round, a command waits for the next block. If a test mines no
 * further block, this command waits for ever.
 */
async function beginRound(): Promise<void> {
  const { newest, last } = await blocks()
  await local.mine(Number(last - newest) + 2)
}

describe('an operator', () => {
  it('unbonds a part of the stake, and withdraws this part after the unbonding period', async () => {
    expect(await operatorCommands.unbond({ ...options(), amount: parseEther('40') })).toMatch(
      /^40 LPT can be withdrawn from block \d+ on, in 150 blocks\. Until then this stake can be slashed for work that this key claimed before\. 60 LPT stay bonded/,
    )
    expect(await operatorCommands.withdraw(options())).toMatch(
      /0 LPT and 0 ETH of fees\. 40 LPT are still unbonding\. The next part can be withdrawn from block \d+ on, in \d+ blocks\.$/,
    )
    expect(await balance()).toBe(0n)
    await local.mine(150)
    expect(await operatorCommands.withdraw(options())).toBe(
      `Withdrawn to ${account.address}: 40 LPT and 0 ETH of fees.`,
    )
    expect(await balance()).toBe(parseEther('40'))
  })

  it('gets an error that names the bonded amount if the amount to unbond is larger', async () => {
    await expect(operatorCommands.unbond({ ...options(), amount: parseEther('61') })).rejects.toMatchObject({
      ...{ message: 'Only 60 LPT are bonded. Unbond a smaller amount.', forPeople: true },
    })
  })

  it('gets the message that the command had no effect, if a wallet with the same key has cancelled the transaction of the command', async () => {
    const test = createTestClient({ mode: 'anvil', transport: http(chain.rpcUrl) })
    await test.setAutomine(false)
    await test.setIntervalMining({ interval: 0 })
    const { address } = account
    const counted = (blockTag: 'latest' | 'pending') => local.chain.getTransactionCount({ address, blockTag })
    const nonce = await counted('latest')
    let isOver = false
    const failure = operatorCommands
      .unbond({ ...options(), amount: 1n })
      .catch((error: unknown) => error)
      .finally(() => {
        isOver = true
      })
    while (!isOver && (await counted('pending')) === nonce) await new Promise((resolve) => setTimeout(resolve, 20))
    const fees = { maxPriorityFeePerGas: 10n ** 11n, maxFeePerGas: 10n ** 12n }
    await local.user(1).wallet.sendTransaction({ to: address, nonce, gas: 21_000n, ...fees })
    while (!isOver) await local.mine(1)
    expect(await failure).toMatchObject({
      ...{
        name: 'ReplacedError',
        forPeople: true,
        message: expect.stringContaining('cancelled or replaced in a wallet'),
      },
    })
    await test.setIntervalMining({ interval: 1 })
  })

  it('resigns in a round that is not initialized, and cannot resign twice', async () => {
    await beginRound()
    await local.mined(local.user(2).roundsManager.write.initializeRound())
    await beginRound()
    expect(await operatorCommands.resign(options())).toMatch(
      /^Resigned\. This key gets no new jobs from now on, and is not active from round \d+ on/,
    )
    expect(await local.user(1).bondingManager.read.getTranscoder([account.address])).toMatchObject({
      ...{ registered: false, seated: false, stake: parseEther('60') },
    })
    await expect(operatorCommands.resign(options())).rejects.toThrow('This key is not a transcoder')
  })

  it('unbonds even if the round ends before the transaction is mined', async () => {
    const test = createTestClient({ mode: 'anvil', transport: http(chain.rpcUrl) })
    // From now on, the chain has a new block only if this test mines it, or if a transaction is sent.
    await test.setAutomine(true)
    await beginRound()
    // This command initializes the round.
    await operatorCommands.unbond({ ...options(), amount: 1n })
    const { newest, last } = await blocks()
    await local.mine(Number(last - newest))
    // The call is mined in the next block, and this block begins a new round.
    const send = Sender.prototype.send
    const spy = vi.spyOn(Sender.prototype, 'send').mockImplementation(async function (this: Sender, call) {
      try {
        return await send.call(this, call)
      } catch (error) {
        await local.mine(1)
        throw error
      }
    })
    await operatorCommands.unbond({ ...options(), amount: 1n })
    const sent = spy.mock.calls.map(([{ functionName }]) => functionName)
    expect(sent[0]).toBe('unbond')
    expect(sent.slice(-2)).toEqual(['initializeRound', 'unbond'])
    spy.mockRestore()
    await test.setIntervalMining({ interval: 1 })
  })
})
