import { contractsOn } from '@lp/contracts/deployments'
import { Acceptance, Assignment, type Claim } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { type Hex, isAddressEqual, parseEther, zeroHash } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reached, record, statusWhen } from '../../testbeds/claims'
import {
  type Chain,
  domain,
  makeSegments,
  type PostedJob,
  postJob,
  publish,
  startChain,
  startRelay,
} from '../../testbeds/startNode'

const { bondingManager } = contractsOn(localChainId)

let chain: Chain
let relay: Awaited<ReturnType<typeof startRelay>>
let segments: Uint8Array[]
/** A transcoder that does no work. Broadcasters also assign the segments of our relay to this transcoder. */
let accomplice: ReturnType<ReturnType<typeof connect>['user']>

beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(2)
  const { user, mined } = connect(chain.rpcUrl)
  accomplice = user(1)
  const stake = parseEther('10')
  await mined(user(0).livepeerToken.write.transfer([accomplice.address, stake]))
  await mined(accomplice.livepeerToken.write.approve([bondingManager.address, stake]))
  await mined(accomplice.bondingManager.write.bond([stake, accomplice.address]))
  await mined(accomplice.bondingManager.write.transcoder([1n, 0n, 0n]))
  await mined(accomplice.bondingManager.write.transcodeAvailability([true]))
  relay = await startRelay(chain)
  await chain.test.setIntervalMining({ interval: 1 })
})
afterAll(async () => {
  await relay.close()
  await chain.stop()
})

async function assignAccomplice({ jobId, streamId, streamKey }: PostedJob, fromSequence: bigint) {
  const { account, address } = accomplice
  const terms = { jobId, streamId, renditionKey: address, fromSequence }
  const acceptance = await Acceptance.sign(terms, account, domain)
  const assignment = await Assignment.sign({ ...terms, transcoder: address }, streamKey, domain)
  return { assignment, signatures: [fromSequence, acceptance.signature, assignment.signature] as const }
}

async function startPublishing({ candidates, ...job }: PostedJob) {
  const ours = candidates.filter(({ address }) => isAddressEqual(address, relay.address))
  const publishing = publish({ ...job, candidates: ours })
  await reached(publishing.publisher, ({ phase }) => phase === 'assigned')
  return publishing
}

describe('a relay', () => {
  it('refuses segments that an Assignment on chain gives to another transcoder', async () => {
    const job = await postJob(chain)
    const { assignment, signatures } = await assignAccomplice(job, 1n)
    await connect(chain.rpcUrl).mined(accomplice.claimsManager.write.showAssignment([assignment, ...signatures]))
    const { publisher, leave } = await startPublishing(job)
    // The relay accepts segments until it has read the chain.
    for (let sent = 1; publisher.progress.refused === 0; sent++) {
      record(publisher, segments.slice(0, 1))
      await reached(publisher, ({ acknowledged, refused }) => acknowledged + refused === sent)
    }
    const { refusal } = publisher.progress
    expect(refusal).toMatchObject({ code: 'assertPayable.TakenError' })
    leave()
  })

  it('refuses further segments of a stream when another transcoder has claimed them', async () => {
    const job = await postJob(chain)
    const { assignment, signatures } = await assignAccomplice(job, 0n)
    const claim: Claim.Claim = {
      ...{ jobId: job.jobId, transcoder: accomplice.address, renditionKey: accomplice.address, fromSequence: 0n },
      ...{
        previousClaimId: zeroHash,
        ranges: [{ first: 0n, last: 99n }],
        durationMs: 100n,
        merkleRoot: assignment.signature.slice(0, 66) as Hex,
      },
    }
    await connect(chain.rpcUrl).mined(accomplice.claimsManager.write.claimWork([claim, ...signatures]))
    const { publisher, leave } = await startPublishing(job)
    record(publisher, segments)
    await reached(publisher, ({ acknowledged }) => acknowledged === 2)
    // After half a minute of silence the relay tries to claim, and finds the claim of the other transcoder.
    await statusWhen(chain, relay.url, ({ claims }) =>
      claims.some(({ jobId, unclaimed }) => jobId === job.jobId && unclaimed.segments === 0),
    )
    record(publisher, segments)
    const { refusal } = await reached(publisher, ({ refused }) => refused > 0)
    expect(refusal).toMatchObject({ code: 'assertPayable.TakenError' })
    leave()
  })
})
