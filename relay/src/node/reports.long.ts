import { contractsOn } from '@lp/contracts/deployments'
import { ClaimState } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { presets } from '@lp/contracts/script/presets'
import { connect } from '@lp/contracts/testbeds/localChain'
import { formatEther, isAddressEqual } from 'viem'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { claimsOf, depositOf, mineEachSecond, reached, record, statusWhen } from '../../testbeds/claims'
import { asOperator } from '../../testbeds/operator'
import { startProxy } from '../../testbeds/proxy'
import { type Chain, makeSegments, nextBlock, postJob, publish, startChain, startRelay } from '../../testbeds/startNode'

const { bondingManager, claimsManager, livepeerToken } = contractsOn(localChainId)
const { finderFee, missedVerificationSlashAmount } = presets.local
const verificationPeriodBlocks = 10n
const slashingPeriodBlocks = 50n
const missedVerification = ClaimState.offenceNames.indexOf('MissedVerification')

let chain: Chain
const relays: { node: Awaited<ReturnType<typeof startRelay>>; proxy: Awaited<ReturnType<typeof startProxy>> }[] = []

/** Starts two relays on a chain on which all claimed segments are challenged. */
beforeAll(async () => {
  chain = await startChain()
  const local = connect(chain.rpcUrl)
  const { claimsManager: claims } = local.user(0)
  // The test needs a long slashing period. With a shorter verification period, the sum of the two periods and the claim deadline
  // stays within the unbonding period.
  const periods = { verificationPeriodBlocks, slashingPeriodBlocks }
  const parameters = { ...(await claims.read.parameters()), verificationRate: 1n, ...periods }
  await local.callAsOwner({ ...claimsManager, functionName: 'setParameters', args: [parameters] })
  for (let count = 0; count < 2; count++) {
    const proxy = await startProxy(chain.rpcUrl)
    relays.push({ proxy, node: await startRelay(chain, { rpcUrl: proxy.url }) })
  }
})
afterAll(async () => {
  for (const { node, proxy } of relays) {
    await node.close()
    await proxy.stop()
  }
  await chain.stop()
})

it('a relay that does not disclose the segments of its claim is reported by the other relay, not by itself, and the other relay gets the fee', async () => {
  const [silent, finder] = relays
  if (!silent || !finder) expect.unreachable()
  const { address } = silent.node
  const { candidates, ...job } = await postJob(chain)
  const before = await depositOf(chain)
  const ours = candidates.filter((candidate) => isAddressEqual(candidate.address, address))
  const { publisher, leave } = publish({ ...job, candidates: ours })
  await reached(publisher, ({ phase }) => phase === 'assigned')
  record(publisher, makeSegments(2))
  await reached(publisher, ({ acknowledged }) => acknowledged === 2)

  // Mines single blocks: the block of the claim must be the last block that both relays see before their RPCs are down.
  await chain.test.setAutomine(false)
  await publisher.stop()
  leave()
  const claims = () => claimsOf(chain, job.jobId)
  while ((await claims()).length === 0) {
    await chain.test.mine({ blocks: 1 })
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await Promise.all(relays.map(({ proxy }) => proxy.down(1)))
  await chain.test.mine({ blocks: Number(verificationPeriodBlocks) })
  await mineEachSecond(chain)

  const slashed = { ...claimsManager, eventName: 'ClaimSlashed', fromBlock: 0n, strict: true } as const
  const slashes = () => chain.client.getContractEvents(slashed)
  silent.proxy.up()
  const claimIs = (state: string) =>
    statusWhen(chain, silent.node.url, ({ claims }) => claims[0]?.claims[0]?.state === state)
  await claimIs('missed')
  const [claim] = await claims()
  // By this block, each relay has had its turn to report, and its report would be mined.
  const all = (claim?.verificationDeadline ?? 0n) + 8n
  await statusWhen(chain, silent.node.url, ({ chain }) => BigInt(chain.block ?? 0) >= all)
  expect(await slashes()).toEqual([])

  finder.proxy.up()
  while ((await slashes()).length === 0) await nextBlock(chain)
  const [slash] = await slashes()
  expect(slash?.args).toMatchObject({
    ...{ claimId: claim?.claimId, transcoder: address, offence: missedVerification },
  })
  const taken = { ...bondingManager, eventName: 'Slash', fromBlock: 0n, strict: true } as const
  const [{ amount = 0n, bonded = 0n, ...loss } = {}, ...others] = (await chain.client.getContractEvents(taken)).map(
    ({ args }) => args,
  )
  // The contract rounds down the remaining stake, so the loss can be rounded up.
  const exact = (amount + bonded) * missedVerificationSlashAmount
  expect([exact / 1_000_000n, (exact + 999_999n) / 1_000_000n]).toContain(amount)
  const fee = (amount * finderFee) / 1_000_000n
  // The relay has no delegators, so all of the loss is its own.
  expect(loss).toEqual({ transcoder: address, own: amount, finder: finder.node.address, fee })
  expect(others).toEqual([])
  const balance = { ...livepeerToken, functionName: 'balanceOf', args: [finder.node.address] } as const
  expect(await chain.client.readContract(balance)).toBe(fee)
  expect(await depositOf(chain)).toBe(before)
  expect((await claimIs('refunded')).claims).toMatchObject([{ claims: [{ reason: 'Missed' }] }])
  const metrics = async () => (await fetch(`${finder.node.url}/metrics`, asOperator)).text()
  const earned = `lp_earned_lpt_total{source="finderFee"} ${Number(formatEther(fee))}`
  while (!(await metrics()).includes(earned)) await nextBlock(chain)
})
