import { type Address, encodeFunctionData, getContract, type Hex, keccak256, parseEther, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractsOn } from '../deployments'
import { type LocalChain, startLocalChain } from '../testbeds/localChain'
import { localChainId } from './deploy'
import { presets } from './presets'

const { bondingManager, claimsManager, governor: governorContract, roundsManager, timelock } = contractsOn(localChainId)
const preset = presets.local
const [anna, ben, dora] = [1, 2, 3]
const [against, inFavour] = [0, 1]

let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
  await bond(anna, parseEther('20000'), anna)
  await bond(ben, parseEther('15000'), ben)
  await bond(dora, parseEther('6000'), anna)
})
afterAll(() => local.stop())

const governor = (index: number) =>
  getContract({ ...governorContract, client: { public: local.chain, wallet: local.user(index).wallet } })

async function bond(index: number, stake: bigint, to: number) {
  const { livepeerToken, bondingManager: bonding, address } = local.user(index)
  await local.mined(local.user(0).livepeerToken.write.transfer([address, stake]))
  await local.mined(livepeerToken.write.approve([bondingManager.address, stake]))
  await local.mined(bonding.write.bond([stake, local.user(to).address]))
  if (to === index) await local.mined(bonding.write.transcoder([1n, 0n, 0n]))
}

async function initializeNextRound() {
  await local.mineToNextRound()
  const { roundsManager: rounds } = local.user(0)
  if (!(await rounds.read.currentRoundInitialized())) await local.mined(rounds.write.initializeRound())
}

type Call = { target: Address; data: Hex }
const setRounds = (roundLockAmount: bigint): Call => ({
  target: roundsManager.address,
  data: encodeFunctionData({
    ...roundsManager,
    functionName: 'setParameters',
    args: [{ roundLength: preset.roundLength, roundLockAmount }],
  }),
})

/** Makes a proposal with one call, and opens the vote. */
async function openVote(by: number, { target, data }: Call, description: string) {
  await initializeNextRound()
  const calls = [[target], [0n], [data]] as const
  await local.mined(governor(by).write.propose([...calls, description]))
  const operation = [...calls, keccak256(toHex(description))] as const
  const proposalId = await governor(by).read.hashProposal(operation)
  await initializeNextRound()
  return { operation, proposalId }
}

describe('a proposal on the deployed contracts', () => {
  test('changes a parameter when most of the stake votes for it', async () => {
    const { operation, proposalId } = await openVote(ben, setRounds(200_000n), 'A longer lock period.')
    await local.mined(governor(anna).write.castVote([proposalId, inFavour]))
    await local.mined(governor(ben).write.castVote([proposalId, against]))
    await local.mined(governor(dora).write.castOverrideVote([proposalId, against, 'The period is long enough.']))
    // Dora took her 6,000 LPT from Anna's votes: 20,000 LPT are for the proposal, and 21,000 LPT are against it.
    expect(await governor(0).read.proposalVotes([proposalId])).toEqual([parseEther('21000'), parseEther('20000'), 0n])
    await local.mine(Number(preset.votingPeriod))
    await expect(governor(0).simulate.queue(operation)).rejects.toThrow('GovernorUnexpectedProposalState')

    const next = await openVote(ben, setRounds(300_000n), 'A much longer lock period.')
    await local.mined(governor(anna).write.castVote([next.proposalId, inFavour]))
    await local.mined(governor(ben).write.castVote([next.proposalId, against]))
    await local.mine(Number(preset.votingPeriod))
    await local.mined(governor(5).write.queue(next.operation))
    await local.test.increaseTime({ seconds: Number(preset.timelockDelay) })
    await local.mined(governor(5).write.execute(next.operation, { gas: 2_000_000n }))
    await initializeNextRound()
    expect(await local.user(0).roundsManager.read.roundLockAmount()).toBe(300_000n)
  })

  test('cannot call a function outside of the list', async () => {
    const { bondingManager: bonding, address } = local.user(anna)
    const data = encodeFunctionData({ ...bondingManager, functionName: 'transferOwnership', args: [address] })
    const call = [[bonding.address], [0n], [data], 'Anna owns the stake.'] as const
    await expect(governor(anna).simulate.propose(call, { account: address })).rejects.toThrow('CallNotAllowed')
  })
})

test('a decision takes less time than unbonding, in both presets', () => {
  for (const { votingPeriod, timelockDelay, secondsPerBlock, unbondingPeriod } of Object.values(presets))
    expect(votingPeriod + timelockDelay / secondsPerBlock + 1n).toBeLessThan(unbondingPeriod)
})

test('the governor, its votes and the timelock know each other', async () => {
  const { read } = governor(0)
  expect(await read.timelock()).toBe(timelock.address)
  expect(await read.token()).toBe(contractsOn(localChainId).stakeVotes.address)
  const view = { ...timelock, functionName: 'getMinDelay' } as const
  expect(await local.chain.readContract(view)).toBe(preset.timelockDelay)
  expect(await local.user(0).bondingManager.read.governor()).toBe(governorContract.address)
  expect(await read.isAllowed([claimsManager.address, '0x00000000'])).toBe(false)
})
