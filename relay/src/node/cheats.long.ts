import { Claim, ClaimState } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CheatName, cheatNames, writeCheat } from '../../testbeds/cheats'
import { startScene } from '../../testbeds/claimed'
import { mineEachSecond, setVerificationRate } from '../../testbeds/claims'
import { streamOf } from '../../testbeds/corpus'
import { buildRelay, createRelayProcess, createVerifierProcess } from '../../testbeds/relayProcess'
import { settled } from '../../testbeds/settled'
import { type Chain, makeSegments, startChain, untilActive } from '../../testbeds/startNode'
import { findFfmpeg } from '../transcoder/findFfmpeg'

const refunded = { state: ClaimState.statusNames.indexOf('Refunded') }

beforeAll(buildRelay)

describe('a relay that cheats with its ffmpeg', () => {
  let chain: Chain
  let segments: Uint8Array[]
  let verifier: Awaited<ReturnType<typeof createVerifierProcess>>
  beforeAll(async () => {
    chain = await startChain()
    segments = makeSegments(3)
    await setVerificationRate(chain, 1n)
    verifier = await createVerifierProcess(chain)
    await verifier.start()
    await mineEachSecond(chain)
  })
  afterAll(async () => {
    await verifier.stop()
    await chain.stop()
  })

  it.each(cheatNames)('is convicted on chain: %s', async (name: CheatName) => {
    const relay = await createRelayProcess(chain, { env: { LP_FFMPEG: await writeCheat(name) } })
    await relay.start()
    await untilActive(chain, relay.address)
    const { claims, claim, verdicts, spent, slashed } = await settled(chain, { relay, segments })
    expect(claims).toMatchObject([{ state: 'refunded', reason: 'Invalid', segments: 3 }])
    expect(verdicts).toContain('Invalid')
    expect(claim).toMatchObject({ ...refunded, slashed: true })
    expect({ spent, slashed }).toEqual({ spent: 0n, slashed: [50_000] })
    await relay.stop()
  })
})

describe('a transcoder that cheats with its claims', () => {
  let scene: Awaited<ReturnType<typeof startScene>>
  let verifier: Awaited<ReturnType<typeof createVerifierProcess>>
  beforeAll(async () => {
    scene = await startScene()
    verifier = await createVerifierProcess(scene)
    await verifier.start()
  })
  afterAll(async () => {
    await verifier.kill()
    await scene.stop()
  })

  it('is not paid for a segment that it never received', async () => {
    // The signed header is public, so a transcoder can claim the segment. Here the transcoder serves no payload.
    const { claim } = await scene.claim(await findFfmpeg(), streamOf(1), { keep: false })
    const account = [scene.by('broadcaster').address] as const
    const before = await scene.by('broadcaster').jobsManager.read.getBroadcaster(account)
    await scene.run()
    expect(await scene.verdict(claim, 0n)).toBe('Unavailable')
    const { claimsManager } = scene.by('owner')
    const { fees, ...status } = await claimsManager.read.getClaim([Claim.id(claim)])
    expect(status).toMatchObject({ ...refunded, slashed: true })
    // The escrow of a claim holds its fees and a fine. The transcoder has shown no broken input, so the broadcaster gets both back.
    const [created] = await claimsManager.getEvents.NewClaim({ claimId: Claim.id(claim) }, { fromBlock: 0n })
    const after = await scene.by('broadcaster').jobsManager.read.getBroadcaster(account)
    expect(after.deposit - before.deposit).toBe(fees + (created?.args.fine as bigint))
  })

  it('cannot claim a range twice, nor a range of another transcoder', async () => {
    const { claim, assign } = await scene.claim(await findFfmpeg(), streamOf(2))
    const [transcoder, rival] = [scene.by('transcoder'), scene.by('rival')]
    const attempt = (by: typeof rival, next: Claim.Claim, signatures: readonly [bigint, Hex, Hex]) =>
      by.claimsManager.simulate.claimWork([next, ...signatures], { account: by.address })

    const again = { ...claim, previousClaimId: Claim.id(claim) }
    await expect(attempt(transcoder, again, [0n, '0x', '0x'])).rejects.toThrow('RangeOutOfOrder')

    // The rival has an Assignment from segment 1 on, but segment 1 is claimed already.
    const { acceptance, assignment } = await assign('rival', 1n)
    const shown = [1n, acceptance.signature, assignment.signature] as const
    const [ranges, durationMs] = [[{ first: 1n, last: 1n }], 500n] as const
    const taken = { ...claim, transcoder: rival.address, fromSequence: 1n, ranges, durationMs }
    await expect(attempt(rival, taken, shown)).rejects.toThrow('AlreadyClaimed')
    await scene.local.mined(rival.claimsManager.write.showAssignment([assignment, ...shown]))

    // After the contract has seen the rival's Assignment, the first transcoder can claim no segment from segment 1 on.
    const beyond = { ...again, ranges: [{ first: 2n, last: 2n }], durationMs }
    await expect(attempt(transcoder, beyond, [0n, '0x', '0x'])).rejects.toThrow('AssignedToSuccessor')
  })
})
