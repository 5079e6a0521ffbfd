import { contractsOn } from '@lp/contracts/deployments'
import { Verdict } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { claimsOf, depositOf, reached, record, statusWhen } from './claims'
import { type Chain, postJob, publish } from './startNode'

const { bondingManager, claimsManager } = contractsOn(localChainId)

/**
 * Publishes a stream to the only relay that is open for new jobs, ends the stream, and waits until the claims are final. Returns
 * the claims as the chain knows them, the sum that the broadcaster paid, and the stake that the transcoder lost.
 */
export async function settled(
  chain: Chain,
  { relay, segments }: { relay: { url: string; address: `0x${string}` }; segments: readonly Uint8Array[] },
) {
  const job = await postJob(chain)
  const before = await depositOf(chain)
  const { publisher, leave } = publish(job)
  await reached(publisher, ({ phase }) => phase === 'assigned')
  record(publisher, segments)
  await reached(publisher, ({ acknowledged }) => acknowledged === segments.length)
  await publisher.stop()
  leave()
  const { claims } = await statusWhen(chain, relay.url, ({ claims }) =>
    claims.some(({ jobId, state }) => jobId === job.jobId && state === 'settled'),
  )
  const after = await depositOf(chain)
  const [made] = await claimsOf(chain, job.jobId)
  const status = made && { ...{ ...claimsManager, functionName: 'getClaim' as const }, args: [made.claimId] as const }
  const reported = await chain.client.getContractEvents({
    ...{ ...claimsManager, eventName: 'VerdictReported', args: { jobId: job.jobId } },
    ...{ fromBlock: 0n, strict: true },
  })
  const slashes = await chain.client.getContractEvents({
    ...{ ...bondingManager, eventName: 'Slash', args: { transcoder: relay.address }, fromBlock: 0n, strict: true },
  })
  return {
    ...job,
    claims: claims.find(({ jobId }) => jobId === job.jobId)?.claims ?? [],
    claim: status && (await chain.client.readContract(status)),
    /** In the order in which they are on chain. */
    verdicts: reported.map(({ args }) => Verdict.fromNumber(args.verdict)),
    spent: before - after,
    /** In parts per million of the bonded stake. */
    slashed: slashes.map(({ args: { amount, bonded } }) => Number((amount * 1_000_000n) / (amount + bonded))),
  }
}
