import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import {
  type AbiParameter,
  type Address,
  concat,
  encodeAbiParameters,
  encodeEventTopics,
  type Hex,
  type PublicClient,
  parseEther,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem'
import { getAbiItem } from 'viem/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { participationOf } from './Economy'
import { readEconomy } from './readEconomy'
import { readWork } from './readWork'

const { bondingManager, claimsManager } = contractsOn(localChainId)
let local: LocalChain
let client: PublicClient
beforeAll(async () => {
  local = await startLocalChain()
  client = local.chain as PublicClient
})
afterAll(() => local.stop())

describe('readEconomy', () => {
  it('gives supply, participation and inflation of the chain', async () => {
    const { livepeerToken, bondingManager: bonding, roundsManager, address } = local.user(0)
    await local.mined(livepeerToken.write.approve([bondingManager.address, parseEther('1000000')]))
    await local.mined(bonding.write.bond([parseEther('1000000'), address]))
    await local.mine(31)
    await local.mined(roundsManager.write.initializeRound())
    const clock = { block: await client.getBlockNumber({ cacheTime: 0 }), timeMs: 0, blockTimeMs: 1_000 }
    const economy = await readEconomy(client, { chainId: localChainId, clock })
    expect(economy).toEqual({
      ...{ clock, round: 1n, supply: parseEther('10000000'), bonded: parseEther('1000000') },
      // The inflation has risen by one step, because less than half of all LPT is bonded.
      ...{ participationRate: 500_000_000n, inflation: 403_000n, mintable: parseEther('4030'), minted: 0n },
      pools: { lpt: 0n, wei: 0n },
    })
    expect(participationOf(economy)).toBe(100_000_000n)
  })
})

/** Emits one event with three indexed arguments: the topics are the first four words of the call, and the data is the rest. */
const emitter = '0x60803603806080600037606035604035602035600035846000a400'

/** Emits an event of the ClaimsManager, at the address of the ClaimsManager. */
async function emit(eventName: 'NewClaim' | 'FeesDistributed', args: Record<string, unknown>) {
  const { inputs } = getAbiItem({ abi: claimsManager.abi, name: eventName })
  const topics = encodeEventTopics({ abi: claimsManager.abi, eventName, args } as never) as Hex[]
  const rest = (inputs as readonly (AbiParameter & { indexed?: boolean })[]).filter(({ indexed }) => !indexed)
  const values = rest.map(({ name }) => args[name as string])
  const data = concat([...topics, encodeAbiParameters(rest, values as never)])
  await local.mined(local.user(0).wallet.sendTransaction({ to: claimsManager.address, data, gas: 500_000n }))
}

describe('readWork', () => {
  it('adds up the claims and the paid fees of each transcoder, at the second visit from the new blocks only', async () => {
    const toBlock = () => client.getBlockNumber({ cacheTime: 0 })
    expect(await readWork(client, { chainId: localChainId, toBlock: await toBlock() })).toMatchObject({ jobs: 0 })
    await local.test.setCode({ address: claimsManager.address, bytecode: emitter })
    const [anna, ben] = [local.user(1).address, local.user(2).address]
    const job = (number: number) => toHex(number, { size: 32 })
    const claim = (transcoder: Address, jobId: Hex, segments: bigint) =>
      emit('NewClaim', {
        ...{ claimId: zeroHash, jobId, transcoder, segments, fees: 9n, fine: 0n },
        ...{ verificationDeadline: 0n, verdictDeadline: 0n },
        claim: {
          ...{ jobId, transcoder, renditionKey: zeroAddress, fromSequence: 0n, previousClaimId: zeroHash },
          ...{ ranges: [{ first: 0n, last: segments - 1n }], durationMs: 2_000n, merkleRoot: zeroHash },
        },
      })
    await claim(anna, job(1), 10n)
    await claim(anna, job(1), 5n)
    await claim(ben, job(1), 4n)
    await claim(anna, job(2), 6n)
    await emit('FeesDistributed', { claimId: zeroHash, jobId: job(1), transcoder: anna, fees: 7n })
    expect(await readWork(client, { chainId: localChainId, toBlock: await toBlock() })).toEqual({
      ...{ jobs: 2, segments: 25n, feesWei: 7n },
      transcoders: [
        { transcoder: anna, jobs: 2, segments: 21n, feesWei: 7n },
        { transcoder: ben, jobs: 1, segments: 4n, feesWei: 0n },
      ],
    })
  })
})
