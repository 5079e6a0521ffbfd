import { TranscodingOptions } from '@lp/contracts/protocol'
import { parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeCheat } from '../check/cheats.testbed'
import { mineEachSecond, setVerificationRate } from './claims.testbed'
import { buildRelay, createRelayProcess, createVerifierProcess } from './relayProcess.testbed'
import { settled } from './settled.testbed'
import { type Chain, makeSegments, options, pricePerUnit, startChain } from './startNode.testbed'

const [valid, invalid] = [1, 2]

let chain: Chain
let segments: Uint8Array[]
let verifier: Awaited<ReturnType<typeof createVerifierProcess>>

beforeAll(async () => {
  buildRelay()
  chain = await startChain()
  segments = makeSegments(2)
  await setVerificationRate(chain, 1n)
  verifier = await createVerifierProcess(chain)
  await verifier.start()
  await mineEachSecond(chain)
})
afterAll(async () => {
  await verifier.stop()
  await chain.stop()
})

describe('with a relay and a verifier as processes', () => {
  it('honest work is found valid and paid', async () => {
    const relay = await createRelayProcess(chain)
    await relay.start()
    const { claims, verdicts, spent, slashed } = await settled(chain, { relay, segments })
    expect(claims).toMatchObject([{ state: 'paid', segments: 2 }])
    expect(verdicts).toEqual([valid, valid])
    expect({ spent, slashed }).toEqual({
      spent: pricePerUnit * TranscodingOptions.unitsPerSecond(options) * 4n,
      slashed: 0n,
    })
    await relay.stop()
  })

  it('a cheat is found out, slashed, and the broadcaster has his fees back', async () => {
    const relay = await createRelayProcess(chain, { env: { LP_FFMPEG: await writeCheat('a black segment') } })
    await relay.start()
    const { claims, claim, verdicts, spent, slashed } = await settled(chain, { relay, segments })
    expect(claims).toMatchObject([{ state: 'refunded', reason: 'invalid' }])
    expect(verdicts).toContain(invalid)
    expect(claim?.slashed).toBe(true)
    expect({ spent, slashed }).toEqual({ spent: 0n, slashed: parseEther('5') })
    await relay.stop()
  })
})
