import { contractsOn } from '@lp/contracts/deployments'
import { Verdict } from '@lp/contracts/protocol'
import { readEvents } from 'lp-relay'
import type { Address, Hex, PublicClient } from 'viem'

/** A check that a transcoder did not pass. `Invalid`: wrong work. `Unavailable`: its relay did not serve the segment. */
export type Failure = { transcoder: Address; verdict: (typeof Verdict.failureNames)[number] }

/** RPCs limit the number of values in a filter. */
const claimsPerRequest = 100

/**
 * Reads the failed checks of these transcoders in the blocks, oldest first. A verdict names its claim, and not the transcoder. But each claim
 * with a failed check is refunded, and the refund names the transcoder. So the page does not have to read the verdicts of all claims.
 */
export async function readFailures(
  client: PublicClient,
  {
    chainId,
    transcoders,
    ...range
  }: { chainId: number; transcoders: readonly Address[]; fromBlock: bigint; toBlock: bigint },
): Promise<Failure[]> {
  if (transcoders.length === 0) return []
  const { claimsManager } = contractsOn(chainId)
  const its = { ...claimsManager, strict: true } as const
  const refunds = await readEvents(client, {
    ...range,
    read: (page) =>
      client.getContractEvents({
        ...{ ...its, ...page },
        ...{ eventName: 'ClaimRefunded', args: { transcoder: [...transcoders] } },
      }),
  })
  const workers = new Map(refunds.map(({ args }) => [args.claimId, args.transcoder]))
  const claims = [...workers.keys()]
  const reports = await Promise.all(
    Array.from({ length: Math.ceil(claims.length / claimsPerRequest) }, (_, index) => {
      const claimId: Hex[] = claims.slice(index * claimsPerRequest, (index + 1) * claimsPerRequest)
      return readEvents(client, {
        ...range,
        read: (page) => client.getContractEvents({ ...its, ...page, eventName: 'VerdictReported', args: { claimId } }),
      })
    }),
  )
  return reports
    .flat()
    .sort((a, b) => Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex)
    .flatMap(({ args: { claimId, verdict } }) => {
      const transcoder = workers.get(claimId)
      const name = Verdict.failureNames.find((failure) => Verdict.toNumber(failure) === verdict)
      return transcoder && name ? [{ transcoder, verdict: name }] : []
    })
}

/** Of the last failed checks of a transcoder, how many are of each kind. A failed check that is not in `all` is of no known kind. */
export function kindsOf(
  all: readonly Failure[],
  { transcoder, failures }: { transcoder: Address; failures: number },
): { invalid: number; unavailable: number } {
  const its = failures === 0 ? [] : all.filter((failure) => failure.transcoder === transcoder).slice(-failures)
  const invalid = its.filter(({ verdict }) => verdict === 'Invalid').length
  return { invalid, unavailable: its.length - invalid }
}
