import { contractsOn } from '@lp/contracts/deployments'
import { StreamBinding, StreamId, TranscodingOptions } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { presets } from '@lp/contracts/script/presets'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findJobs } from './findJobs'

const { jobsManager } = contractsOn(localChainId)
const domain = { chainId: localChainId, jobsManager: jobsManager.address }
const options = { width: 1280, height: 720, fps: 30, renditions: [{ height: 240, bitrate: 300_000 }] }
const reserveWei =
  (TranscodingOptions.unitsPerSecond(options) *
    presets.local.claimIntervalSeconds *
    presets.local.candidateCount *
    (100n + presets.local.inputFinePercent)) /
  100n

let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
})
afterAll(() => local.stop())

async function post(broadcaster: ReturnType<typeof local.user>) {
  const streamKey = privateKeyToAccount(generatePrivateKey())
  const streamId = StreamId.random(streamKey.address)
  const binding = await StreamBinding.sign({ streamId, broadcaster: broadcaster.address }, streamKey, domain)
  const endBlock = (await local.chain.getBlockNumber({ cacheTime: 0 })) + 1_000n
  const args = [streamId, options, 1n, endBlock, binding] as const
  await local.mined(broadcaster.jobsManager.write.job(args, { value: reserveWei }))
  return broadcaster.jobsManager.read.latestJob([streamId])
}

test('findJobs returns the jobs that hold a reserve, newest first, until their reserves add up to `reservedWei`', async () => {
  const [broadcaster, other] = [local.user(2), local.user(3)]
  const released = await post(broadcaster)
  await local.mined(broadcaster.jobsManager.write.endJob([released]))
  await local.mine(60)
  await local.mined(broadcaster.jobsManager.write.releaseReserve([released]))
  const first = await post(broadcaster)
  await post(other)
  await local.mine(1_100)
  const second = await post(broadcaster)

  const ask = { broadcaster: broadcaster.address, reservedWei: 2n * reserveWei, lookBackBlocks: 10_000n }
  expect(await findJobs(local.chain, ask)).toEqual([second, first])
  expect(await findJobs(local.chain, { ...ask, reservedWei: reserveWei })).toEqual([second])
  expect(await findJobs(local.chain, { ...ask, lookBackBlocks: 1_000n })).toEqual([second])
  expect(await findJobs(local.chain, { ...ask, reservedWei: 0n })).toEqual([])
})
