import { encodeAbiParameters, keccak256, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractsOn } from '../deployments'
import { StreamBinding, StreamEnd, StreamId, TranscodingOptions } from '../protocol'
import { connect } from '../testbeds/localChain'
import { type Anvil, startAnvil } from './anvil'
import { deploy, localChainId, localKey } from './deploy'
import { presets } from './presets'

let anvil: Anvil
let local: ReturnType<typeof connect>
beforeAll(async () => {
  anvil = await startAnvil()
  local = connect(anvil.rpcUrl)
})
afterAll(() => anvil.stop())

const contracts = contractsOn(localChainId)
const domain = { chainId: localChainId, jobsManager: contracts.jobsManager.address }
const streamKey = privateKeyToAccount(generatePrivateKey())
const streamId = StreamId.random(streamKey.address)
const jobId = keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [streamId, 0n]))
const preset = presets.local
const options = { width: 1280, height: 720, fps: 30, renditions: [{ height: 480, bitrate: 1_000_000 }] }
const pricePerUnit = 10n
const reserve =
  (pricePerUnit *
    TranscodingOptions.unitsPerSecond(options) *
    preset.claimIntervalSeconds *
    preset.candidateCount *
    (100n + preset.inputFinePercent)) /
  100n

const user = (index: number) => local.user(index)
const mine = (blocks: number) => local.mine(blocks)
const mined: (typeof local)['mined'] = (sent) => local.mined(sent)

describe('deploy', () => {
  test('deploys the contracts at the committed addresses', async () => {
    const deployment = await deploy({ rpcUrl: anvil.rpcUrl, deployerKey: localKey(0), preset: 'local' })
    for (const { address } of Object.values(contracts)) {
      expect(Object.values(deployment)).toContain(address)
      expect(await local.chain.getCode({ address })).toBeDefined()
    }
  })

  test('refuses a local chain on which the addresses would differ from the committed addresses', async () => {
    const again = deploy({ rpcUrl: anvil.rpcUrl, deployerKey: localKey(0), preset: 'local' })
    await expect(again).rejects.toThrowErrorMatchingInlineSnapshot(
      `[UsedDeployerError: This local chain is not new: 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 has sent 19 transactions, so the contracts would not get the committed addresses. Start a new anvil and deploy first.]`,
    )
    const other = deploy({ rpcUrl: anvil.rpcUrl, deployerKey: localKey(9), preset: 'local' })
    await expect(other).rejects.toThrowErrorMatchingInlineSnapshot(
      `[OtherAddressesError: The addresses of the contracts differ from contracts/deployments/31337.ts. Deploy with account 0 of the test mnemonic, or write the file again: npm run deploy -- --network local]`,
    )
  })

  test('refuses the mainnet preset on a chain that keeps too few block hashes', async () => {
    const short = deploy({ rpcUrl: anvil.rpcUrl, deployerKey: localKey(8), preset: 'mainnet' })
    await expect(short).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DeploymentRevertedError: The constructor of a contract reverted: ParameterOutOfBounds(claimDeadlineBlocks, 1800, 10, 256). Check that the preset suits this chain.]`,
    )
  })
})

describe('a job on the deployed contracts', () => {
  test('gets a transcoder that has bonded and registered', async () => {
    const [deployer, transcoder, broadcaster, stranger] = [user(0), user(1), user(2), user(3)]
    const stake = parseEther('100')
    await mined(deployer.livepeerToken.write.transfer([transcoder.address, stake]))
    await mined(transcoder.livepeerToken.write.approve([contracts.bondingManager.address, stake]))
    await mined(transcoder.bondingManager.write.bond([stake, transcoder.address]))
    await mined(transcoder.bondingManager.write.transcoder([pricePerUnit, 0n, 0n]))
    await mined(transcoder.serviceRegistry.write.setServiceURI(['http://127.0.0.1:8935']))
    await mined(transcoder.bondingManager.write.transcodeAvailability([true]))

    const signature = await StreamBinding.sign({ streamId, broadcaster: broadcaster.address }, streamKey, domain)
    const endBlock = (await local.chain.getBlockNumber()) + 1_000n
    const args = [streamId, options, pricePerUnit, endBlock, signature] as const
    await mined(broadcaster.jobsManager.write.job(args, { value: reserve }))

    const { jobsManager, serviceRegistry } = stranger
    expect(await jobsManager.read.latestJob([streamId])).toBe(jobId)
    await expect(jobsManager.read.candidates([jobId])).rejects.toThrow('NotYetDrawable')
    await mine(2)
    expect(await jobsManager.read.candidates([jobId])).toEqual([transcoder.address])
    expect(await serviceRegistry.read.getServiceURI([transcoder.address])).toBe('http://127.0.0.1:8935')
    await mined(jobsManager.write.drawCandidates([jobId]))
    expect(await jobsManager.read.getJob([jobId])).toMatchObject({
      streamId,
      broadcaster: broadcaster.address,
      optionsHash: TranscodingOptions.hash(options),
      unitsPerSecond: TranscodingOptions.unitsPerSecond(options),
      reserve,
      endBlock,
      drawn: true,
    })
  })

  test('has the same candidates after the chain has forgotten the block hash', async () => {
    await mine(300)
    expect(await user(3).jobsManager.read.candidates([jobId])).toEqual([user(1).address])
  })

  test('is ended by a StreamEnd of the stream key; then the broadcaster gets back the whole deposit', async () => {
    const { jobsManager } = user(3)
    const { signature } = await StreamEnd.sign({ streamId, lastSequenceNumber: 41n }, streamKey, domain)
    await mined(jobsManager.write.endJob([jobId, 41n, signature]))
    await expect(jobsManager.simulate.releaseReserve([jobId])).rejects.toThrow('ReserveLocked')
    await mine(60)
    await mined(jobsManager.write.releaseReserve([jobId]))
    expect(await jobsManager.read.getBroadcaster([user(2).address])).toEqual({ deposit: reserve, reserved: 0n })
    await mined(user(2).jobsManager.write.withdraw([reserve]))
    expect(await local.chain.getBalance({ address: contracts.jobsManager.address })).toBe(0n)
  })

  test('cannot be read for an unknown stream or posted for a closed stream, and the committed ABI can decode both errors', async () => {
    const { jobsManager, address } = user(2)
    await expect(jobsManager.read.latestJob([`0x${'11'.repeat(32)}`])).rejects.toThrow('UnknownStream')
    const signature = await StreamBinding.sign({ streamId, broadcaster: address }, streamKey, domain)
    const endBlock = (await local.chain.getBlockNumber()) + 1_000n
    const args = [streamId, options, pricePerUnit, endBlock, signature] as const
    await expect(jobsManager.simulate.job(args, { account: address })).rejects.toThrow('StreamClosed')
  })
})
