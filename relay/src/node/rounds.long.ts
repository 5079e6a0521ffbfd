import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { presets } from '@lp/contracts/script/presets'
import { connect } from '@lp/contracts/testbeds/localChain'
import { type Address, decodeFunctionData, type Hex, isAddressEqual, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statusWhen } from '../../testbeds/claims'
import { asOperator } from '../../testbeds/operator'
import { buildRelay, createRelayProcess } from '../../testbeds/relayProcess'
import {
  type Chain,
  nextBlock,
  nextRound,
  type PostedJob,
  postJob,
  startChain,
  startRelay,
} from '../../testbeds/startNode'
import { JobWatcher } from '../jobs/JobWatcher'

const { bondingManager, jobsManager, livepeerToken, roundsManager } = contractsOn(localChainId)
const preset = presets.local
const stake = parseEther('100')

let chain: Chain
let stayer: Awaited<ReturnType<typeof startRelay>>
let killed: Awaited<ReturnType<typeof createRelayProcess>>
let idler: Address
/** A job that is posted in the first round. Its draw is never recorded. */
let forgotten: PostedJob

/** Starts three transcoders with the same stake. The third transcoder holds a seat, and does nothing else. */
beforeAll(async () => {
  buildRelay()
  chain = await startChain()
  const local = connect(chain.rpcUrl)
  const third = local.user(4)
  idler = third.address
  await local.mined(local.user(0).livepeerToken.write.transfer([idler, stake]))
  await local.mined(third.livepeerToken.write.approve([bondingManager.address, stake]))
  await local.mined(third.bondingManager.write.bond([stake, idler]))
  await local.mined(third.bondingManager.write.transcoder([1n, 0n, 0n]))
  killed = await createRelayProcess(chain)
  await killed.start()
  stayer = await startRelay(chain)
})
afterAll(async () => {
  await killed.kill()
  await stayer.close()
  await chain.stop()
})

const events = async <Name extends 'Reward' | 'Slash'>(eventName: Name) =>
  chain.client.getContractEvents({ ...bondingManager, eventName, fromBlock: 0n, strict: true })

/** Waits until `count` transcoders have called `reward` in a round. First mines six blocks, so that every transcoder has had its turn. */
async function rewarded(round: bigint, count = 2) {
  await chain.test.mine({ blocks: 6 })
  const ofRound = async () => (await events('Reward')).filter(({ args }) => args.round === round)
  while ((await ofRound()).length < count) await nextBlock(chain)
}

/** The call data of an account's transactions that are in the pool, but in no block yet. */
async function inPool(address: Address): Promise<Hex[]> {
  const { transactions } = await chain.client.getBlock({ blockTag: 'pending', includeTransactions: true })
  return transactions.flatMap(({ from, input }) => (isAddressEqual(from, address) ? [input] : []))
}

async function pooled(address: Address, functionName: string): Promise<void> {
  const abi = [...bondingManager.abi, ...roundsManager.abi]
  const named = (data: Hex) => decodeFunctionData({ abi, data }).functionName === functionName
  while (!(await inPool(address)).some(named)) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** The results of the minting schedule: the stake of each of the two transcoders that call `reward`, and the supply of the token. */
function schedule(rounds: number) {
  let { inflation, initialAllocation: supply } = preset
  let [own, all] = [stake, 3n * stake]
  for (let round = 1; round <= rounds; round++) {
    // The bonded share is far below its target, so inflation rises each round.
    inflation += preset.inflationChange
    const mintable = (supply * inflation) / 1_000_000_000n
    const amount = (mintable * own) / all
    own += amount
    supply += 2n * amount
    all += 2n * amount
  }
  return { own, supply }
}

describe('two relays', () => {
  it('initialize each round only once, and get each reward only once, even if one relay is killed', async () => {
    await rewarded(await nextRound(chain))
    forgotten = await postJob(chain)

    await killed.kill()
    const second = await nextRound(chain)
    await rewarded(second, 1)
    await killed.start()
    await rewarded(second)

    // Kills the relay when its call of `reward` is sent but in no block yet.
    await chain.test.setAutomine(false)
    const opened = nextRound(chain)
    await Promise.race([pooled(killed.address, 'initializeRound'), pooled(stayer.address, 'initializeRound')])
    await chain.test.mine({ blocks: 6 })
    const third = await opened
    await pooled(killed.address, 'reward')
    await killed.kill()
    await chain.test.mine({ blocks: 1 })
    await chain.test.setAutomine(true)
    await killed.start()
    await rewarded(third)

    const opening = { ...roundsManager, eventName: 'NewRound', fromBlock: 0n, strict: true } as const
    const rounds = (await chain.client.getContractEvents(opening)).map(({ args }) => args.round)
    expect(rounds).toEqual([1n, 2n, 3n])
    const calls = (await events('Reward')).map(({ args }) => `${args.round} ${args.transcoder}`)
    const expected = rounds.flatMap((round) => [killed, stayer].map(({ address }) => `${round} ${address}`))
    expect(calls.toSorted()).toEqual(expected.toSorted())
  })

  it('have exactly the stakes that follow from the minting schedule', async () => {
    const { own, supply } = schedule(3)
    expect(await chain.client.readContract({ ...livepeerToken, functionName: 'totalSupply' })).toBe(supply)
    for (const { url } of [killed, stayer])
      expect(await statusWhen(chain, url, ({ seat }) => seat?.reward === 'called')).toMatchObject({
        round: { number: '3', initialized: true, locked: false },
        seat: {
          ...{ state: 'active', available: true, reward: 'called', missedRewards: '0' },
          ...{
            stake: { own: `${own}`, delegated: '0' },
            terms: { pricePerUnit: '100', blockRewardCut: '20000', feeShare: '500000' },
          },
        },
      })
  })

  it('report the third transcoder once, because it does not call `reward`, and one of the two relays gets the fee', async () => {
    await rewarded(await nextRound(chain))
    while ((await events('Slash')).length === 0) await nextBlock(chain)
    const slashes = (await events('Slash')).map(({ args }) => args)
    const amount = (stake * preset.missedRewardSlashAmount) / 1_000_000n
    const fee = (amount * preset.finderFee) / 1_000_000n
    expect(slashes).toMatchObject([{ transcoder: idler, amount, bonded: stake - amount, fee }])
    const finder = slashes[0]?.finder as Address
    expect([killed.address, stayer.address]).toContain(finder)
    expect(await chain.client.readContract({ ...livepeerToken, functionName: 'balanceOf', args: [finder] })).toBe(fee)
    const { url } = isAddressEqual(finder, stayer.address) ? stayer : killed
    const counted = async () => (await fetch(`${url}/metrics`, asOperator)).text()
    expect(await counted()).toContain('lp_earned_lpt_total{source="finderFee"} 0.15')
    expect(await (await fetch(`${stayer.url}/metrics`, asOperator)).text()).toContain('lp_rewards_called_total 4')
  })

  it('follow new jobs, and ignore a job whose draw was not recorded in time', async () => {
    const late = { ...jobsManager, functionName: 'candidates', args: [forgotten.jobId] } as const
    await expect(chain.client.readContract(late)).rejects.toThrow('DrawTooLate')
    const { jobId } = await postJob(chain)
    const faults: Error[] = []
    const watcher = new JobWatcher({
      ...{ client: chain.client, chainId: localChainId, transcoder: stayer.address, lookBackBlocks: 8_000n },
      logs: { all: () => [] },
      onFault: (error) => faults.push(error),
    })
    const drawn = await new Promise((resolve) => {
      watcher.start({ join: ({ job }) => resolve(job.jobId), leave() {}, finish() {} })
    })
    watcher.stop()
    expect(drawn).toBe(jobId)
    expect(faults).toEqual([])
  })

  it('are joined by a relay that starts while rates are locked: it is first a guest, and gets a seat when a transcoder resigns', async () => {
    const [owner, third] = [connect(chain.rpcUrl).user(0), connect(chain.rpcUrl).user(4)]
    const { callAsOwner, mined } = connect(chain.rpcUrl)
    // All three seats are held by transcoders that have more stake than the new relay.
    const parameters = { ...(await owner.bondingManager.read.parameters()), poolSize: 3n }
    await callAsOwner({ ...bondingManager, functionName: 'setParameters', args: [parameters] })
    await mined(owner.livepeerToken.write.transfer([idler, stake]))
    await mined(third.livepeerToken.write.approve([bondingManager.address, stake]))
    await mined(third.bondingManager.write.bond([stake, idler]))
    const read = { ...roundsManager, functionName: 'currentRoundStartBlock' } as const
    const locked = (await chain.client.readContract(read)) + preset.roundLength - 2n
    await chain.test.mine({ blocks: Number(locked - (await chain.client.getBlockNumber({ cacheTime: 0 }))) })

    // The new relay is the only transcoder on the waitlist, so it becomes the guest of the round: active, but without a seat.
    const late = await startRelay(chain)
    const { seat } = await statusWhen(chain, late.url, ({ seat }) => seat?.state === 'active')
    expect(seat?.available).toBe(true)
    const seated = async () => (await owner.bondingManager.read.getTranscoder([late.address])).seated
    expect(await seated()).toBe(false)
    await mined(third.bondingManager.write.resignAsTranscoder())
    while (!(await seated())) await nextBlock(chain)
    await late.close()
  })
})
