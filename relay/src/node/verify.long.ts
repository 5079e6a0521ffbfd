import { contractsOn } from '@lp/contracts/deployments'
import { TranscodingOptions } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeCheat } from '../../testbeds/cheats'
import { mineEachSecond, setVerificationRate } from '../../testbeds/claims'
import { buildRelay, createRelayProcess, createVerifierProcess } from '../../testbeds/relayProcess'
import { settled } from '../../testbeds/settled'
import {
  type Chain,
  domain,
  makeSegments,
  options,
  pricePerUnit,
  startChain,
  untilActive,
} from '../../testbeds/startNode'
import { readJob } from '../chain/StreamDirectory'
import { checkSegment } from '../check/checkSegment'
import { fetchEvidence } from '../check/fetchEvidence'
import { runFfmpegCore } from '../verifier/ffmpegCore'

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

/** Resolves when the first segment waits for a verdict. */
const requested = () =>
  new Promise<void>((resolve) => {
    const stop = chain.client.watchContractEvent({
      ...{ ...contractsOn(localChainId).claimsManager, eventName: 'VerificationRequested' },
      onLogs: () => {
        stop()
        resolve()
      },
    })
  })

describe('with a relay and a verifier as processes', () => {
  it('honest work is found valid and is paid', async () => {
    const relay = await createRelayProcess(chain)
    await relay.start()
    await untilActive(chain, relay.address)
    const asked = requested()
    const settling = settled(chain, { relay, segments })
    // The verifier is killed in the middle of its work. After its restart it finds on chain the requests without a verdict.
    await asked
    await verifier.kill()
    await verifier.start()
    const { streamId, claims, verdicts, spent, slashed } = await settling
    expect(claims).toMatchObject([{ state: 'paid', segments: 2 }])
    expect(verdicts).toEqual(['Valid', 'Valid'])
    expect({ spent, slashed }).toEqual({
      spent: pricePerUnit * TranscodingOptions.unitsPerSecond(options) * 4n,
      slashed: [],
    })

    // A viewer can check the segment as well.
    const fetched = await fetchEvidence({
      ...{ streamId, sequenceNumber: 1n, domain, signal: AbortSignal.timeout(20_000) },
      relay: { uri: relay.url, fetch },
      readJob: (jobId) => readJob(chain.client, jobId),
    })
    const { work, payloads } = fetched as NonNullable<typeof fetched>
    expect(work.preceding).toMatchObject({ durationMs: 2_000 })
    expect(await checkSegment({ runner: runFfmpegCore, work, payloads })).toEqual({ verdict: 'Valid', findings: [] })
    await relay.stop()
  })

  it('a cheating transcoder is slashed, and the broadcaster gets the fees back', async () => {
    const relay = await createRelayProcess(chain, { env: { LP_FFMPEG: await writeCheat('a black segment') } })
    await relay.start()
    await untilActive(chain, relay.address)
    const { claims, claim, verdicts, spent, slashed } = await settled(chain, { relay, segments })
    expect(claims).toMatchObject([{ state: 'refunded', reason: 'Invalid' }])
    expect(verdicts).toContain('Invalid')
    expect(claim?.slashed).toBe(true)
    expect({ spent, slashed }).toEqual({ spent: 0n, slashed: [50_000] })
    await relay.stop()
  })
})
