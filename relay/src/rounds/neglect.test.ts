import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { presets } from '@lp/contracts/script/presets'
import { connect } from '@lp/contracts/testbeds/localChain'
import { parseEther } from 'viem'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Chain, startChain } from '../../testbeds/startNode'
import { Sender } from '../chain/Sender'
import { RoundsChain } from './RoundsChain'

const { bondingManager, jobsManager } = contractsOn(localChainId)
const { roundLength, competitivenessWindow, finderFee } = presets.local
const lowWorkSlashAmount = 10_000n
/** Two transcoders work, and the third one, with more stake, does nothing. */
const stakes = [100n, 100n, 300n].map((lpt) => lpt * parseEther('1'))

let chain: Chain
let local: ReturnType<typeof connect>

beforeAll(async () => {
  chain = await startChain()
  local = connect(chain.rpcUrl)
  const owner = local.user(0)
  const parameters = await owner.bondingManager.read.parameters()
  const values = { ...parameters, lowWorkSlashAmount, minExpectedWork: 1_000n }
  await local.callAsOwner({ ...bondingManager, functionName: 'setParameters', args: [values] })
  for (const [index, stake] of stakes.entries()) {
    const user = local.user(index + 1)
    await local.mined(owner.livepeerToken.write.transfer([user.address, stake]))
    await local.mined(user.livepeerToken.write.approve([bondingManager.address, stake]))
    await local.mined(user.bondingManager.write.bond([stake, user.address]))
    await local.mined(user.bondingManager.write.transcoder([1n, 0n, 0n]))
  }
})
afterAll(() => chain.stop())

async function nextRound() {
  const start = await local.user(0).roundsManager.read.currentRoundStartBlock()
  const blocks = start + roundLength + 3n - (await local.chain.getBlockNumber({ cacheTime: 0 }))
  await local.mine(Number(blocks))
  await local.mined(local.user(0).roundsManager.write.initializeRound())
}

it('if the contracts slash transcoders for low work, a relay reports such a transcoder, and gets the finder’s fee once', async () => {
  for (let round = 0n; round < competitivenessWindow + 2n; round++) await nextRound()
  // The JobsManager calls `creditFees` for a paid claim. Here the test itself calls `creditFees`, from the JobsManager's address.
  await chain.test.impersonateAccount({ address: jobsManager.address })
  await chain.test.setBalance({ address: jobsManager.address, value: parseEther('1') })
  for (const worker of [1, 2].map((index) => local.user(index).address)) {
    const args = [worker, 0n, 1_000n] as const
    await local.mined(
      local.user(0).wallet.writeContract({
        ...{ ...bondingManager, functionName: 'creditFees', args, account: jobsManager.address },
      }),
    )
  }
  const [finder, seats] = [local.user(1), [2, 3].map((index) => local.user(index).address)]
  const sender = new Sender({ client: chain.client, wallet: finder.wallet })
  const rounds = new RoundsChain({ client: chain.client, sender, chainId: localChainId })
  const neglected = async () =>
    (await rounds.neglected(seats, await chain.client.getBlockNumber({ cacheTime: 0 }))).filter(
      ({ duty }) => duty === 'work',
    )

  const found = await neglected()
  const fee = ((stakes[2] as bigint) * lowWorkSlashAmount * finderFee) / 1_000_000n ** 2n
  expect(found).toEqual([{ transcoder: local.user(3).address, duty: 'work', fee }])
  expect(await rounds.slash(found[0] as (typeof found)[0])).toBe(fee)
  expect(await neglected()).toEqual([])
  expect(await rounds.slash(found[0] as (typeof found)[0])).toBeUndefined()
  const idle = local.user(3).address
  expect((await rounds.seat(await chain.client.getBlockNumber({ cacheTime: 0 }))).ownStake).toBe(stakes[0])
  expect(await finder.livepeerToken.read.balanceOf([finder.address])).toBe(fee)
  expect(await local.user(0).bondingManager.read.stakeOf([idle])).toBe(((stakes[2] as bigint) * 99n) / 100n)
})
