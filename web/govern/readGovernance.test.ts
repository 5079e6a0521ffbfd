import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { presets } from '@lp/contracts/script/presets'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import {
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  type PublicClient,
  parseAbi,
  parseEther,
  zeroAddress,
} from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callOf as callOfDecision, type Decision } from './Decision'
import { effectsOf } from './decisionText'
import { callOf, type Intent } from './Intent'
import { parameters } from './Parameter'
import { allLatestOf, changesOf, valuesBefore } from './ParameterUpdate'
import { idOf, type Poll } from './Proposal'
import { decisionsOf } from './Review'
import { readGovernance } from './readGovernance'

const contracts = contractsOn(localChainId)
const { bondingManager, claimsManager, governor } = contracts
const preset = presets.local
const [anna, ben, dora, nobody] = [1, 2, 3, 4]

let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
  // A verifier that answers each call with a zero.
  await local.test.setCode({ address: verifier, bytecode: '0x60206000f3' })
  await bond(anna, parseEther('20000'), anna)
  await bond(ben, parseEther('15000'), ben)
  await bond(dora, parseEther('6000'), anna)
  await nextRound()
  await slash(ben)
})
afterAll(() => local.stop())

const address = (index: number) => local.user(index).address

async function bond(index: number, stake: bigint, to: number) {
  const { livepeerToken, bondingManager: bonding } = local.user(index)
  await local.mined(local.user(0).livepeerToken.write.transfer([address(index), stake]))
  await local.mined(livepeerToken.write.approve([bondingManager.address, stake]))
  await local.mined(bonding.write.bond([stake, address(to)]))
  if (to === index) await local.mined(bonding.write.transcoder([1n, 0n, 0n]))
}

async function nextRound() {
  await local.mineToNextRound()
  const { roundsManager } = local.user(0)
  if (!(await roundsManager.read.currentRoundInitialized())) await local.mined(roundsManager.write.initializeRound())
}

/** In the name of the ClaimsManager, slashes a transcoder. The slash fills the CommonPool. */
async function slash(index: number) {
  const { test, chain } = local
  await test.setBalance({ address: claimsManager.address, value: parseEther('1') })
  await test.impersonateAccount({ address: claimsManager.address })
  const args = [address(index), 10_000n, 1_000_000n, await chain.getBlockNumber({ cacheTime: 0 }), zeroAddress] as const
  await local.mined(local.user(0).bondingManager.write.slash(args, { account: claimsManager.address }))
}

async function shown(account?: Address, count = 10) {
  const client = local.chain as PublicClient
  const clock = { block: await client.getBlockNumber({ cacheTime: 0 }), timeMs: 0, blockTimeMs: 1_000 }
  return readGovernance(client, { chainId: localChainId, account, clock, count })
}

const newest = async (account?: Address) => (await shown(account)).polls[0] as Poll

/** Sends the transaction of an intent, as the page does. */
const send = (index: number, intent: Intent) =>
  local.mined(local.user(index).wallet.writeContract({ ...callOf(intent, contracts), gas: 4_000_000n }))

const verifier = '0x0000000000000000000000000000000000001234'
const decide = (roundLockAmount: bigint, to: Address): Decision[] => [
  { kind: 'parameters', contract: 'roundsManager', values: { roundLength: preset.roundLength, roundLockAmount } },
  { kind: 'payment', pool: 'LPT', to, amount: parseEther('5') },
  { kind: 'verifier', to: verifier },
]

describe('readGovernance', () => {
  it('shows the parameters of the deployment, the pools and the seats, before any proposal was made', async () => {
    const governance = await shown()
    expect(governance).toMatchObject({ polls: [], pollCount: 0, account: undefined, isRoundInitialized: true })
    expect(governance.inForce).toEqual(allLatestOf(governance.updates))
    expect(governance.inForce.bondingManager.unbondingPeriod).toBe(preset.unbondingPeriod)
    expect(governance.seats).toEqual({
      verifier: contracts.verifier.address,
      randomness: governance.seatUpdates.find(({ seat }) => seat === 'randomness')?.to,
    })
    expect(governance.pools).toEqual({ lpt: parseEther('150'), wei: 0n })
    expect([governance.threshold, governance.quorum]).toEqual([parseEther('100'), parseEther('10000')])
  })

  it('shows a proposal from its making to its execution, and who can vote with which stake', async () => {
    const decisions = decide(200_000n, address(nobody))
    await send(ben, { kind: 'propose', decisions, text: 'Three\u202e things.', proposer: address(ben) })
    const made = await newest(address(anna))
    expect(made).toMatchObject({ number: 1, proposer: address(ben), state: 'pending', description: 'Three things.' })
    expect(made.voter).toBeUndefined()
    expect(decisionsOf(made, contracts)).toEqual(decisions)

    await nextRound()
    const voters = Promise.all([anna, ben, dora, nobody].map(async (index) => (await newest(address(index))).voter))
    const part = (amount: string) => parseEther(amount)
    expect(await voters).toMatchObject([
      { votes: part('26000'), ownPart: part('20000'), delegate: address(anna), hasVoted: false },
      { votes: part('14850'), delegate: address(ben), hasVoted: false },
      { votes: 0n, ownPart: part('6000'), delegate: address(anna), hasOverridden: false },
      { votes: 0n, ownPart: 0n, delegate: zeroAddress },
    ])
    await send(anna, { kind: 'vote', poll: made, support: 'inFavour' })
    await send(ben, { kind: 'vote', poll: made, support: 'against' })
    await send(dora, { kind: 'override', poll: made, support: 'abstain' })
    const voted = await newest(address(dora))
    expect(voted).toMatchObject({ state: 'active', quorum: parseEther('10000'), voter: { hasOverridden: true } })
    expect(voted.tally).toEqual({ inFavour: part('20000'), against: part('14850'), abstain: part('6000') })

    await local.mine(Number(preset.votingPeriod))
    expect((await newest()).state).toBe('succeeded')
    await send(nobody, { kind: 'queue', poll: voted })
    const queued = await shown()
    expect(queued.polls[0]).toMatchObject({ state: 'queued', etaSeconds: queued.timeSeconds + preset.timelockDelay })
    await local.test.increaseTime({ seconds: 2 })
    await send(nobody, { kind: 'execute', poll: voted })
  })

  it('shows what the execution has changed, and what an executed proposal changed at its time', async () => {
    const governance = await shown(address(nobody))
    const [poll] = governance.polls as [Poll]
    expect(poll.state).toBe('executed')
    expect(governance.pools.lpt).toBe(parseEther('145'))
    expect(governance.seats.verifier).toBe(verifier)
    expect(governance.seatUpdates.at(-1)).toMatchObject({ seat: 'verifier', to: verifier })
    const lockAmount = parameters.find(({ name }) => name === 'roundLockAmount') as (typeof parameters)[number]
    expect(changesOf(governance.updates, lockAmount)).toMatchObject([{ from: 100_000n, to: 200_000n }])
    // The new value applies from the next round on.
    expect(governance.inForce.roundsManager.roundLockAmount).toBe(100_000n)
    const [first] = decisionsOf(poll, contracts) as [Decision]
    const texts = effectsOf(first, valuesBefore(governance.updates, poll.executedIn as string))
    expect(texts).toEqual(['RoundLockAmount from 10 to 20\u00a0%'])
  })

  it('can withdraw, queue and execute a proposal whose description is no text', async () => {
    const [call] = decide(300_000n, zeroAddress).map((decision) => callOfDecision(decision, contracts))
    if (!call) throw new TypeError('There is no call.')
    const description: Hex = `0xff00fe${'61'.repeat(17_000)}`
    // The same function, with a type that does not check whether the bytes are text.
    const abi = parseAbi(['function propose(address[], uint256[], bytes[], bytes) returns (uint256)'])
    const data = encodeFunctionData({ abi, args: [[call.target], [0n], [call.data], description] })
    const own = encodeFunctionData({ ...governor, functionName: 'propose', args: [[], [], [], ''] }).slice(0, 10)
    const { wallet } = local.user(ben)
    await nextRound()
    await local.mined(wallet.sendTransaction({ to: governor.address, data: `${own}${data.slice(10)}` as Hex }))
    const poll = await newest()
    expect(poll.descriptionHash).toBe(keccak256(description))
    expect(poll.id).toBe(idOf(poll))
    expect(poll).toMatchObject({ number: 2, isDescriptionCut: true })
    expect(poll.description).toHaveLength(4_000)
    await send(ben, { kind: 'cancel', poll })
    expect((await newest()).state).toBe('canceled')
  })

  it('shows only the newest proposals, and the number of all', async () => {
    const governance = await shown(undefined, 1)
    expect(governance.polls.map(({ number }) => number)).toEqual([2])
    expect(governance.pollCount).toBe(2)
  })
})
