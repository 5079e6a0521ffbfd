import { Verdict } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { type Hex, type PublicClient, toHex } from 'viem'
import { expect, test } from 'vitest'
import { kindsOf, readFailures } from './readFailures'

const [first, second, third] = [1, 2, 3].map((id) => toHex(id, { size: 20 })) as [Hex, Hex, Hex]
type Report = { verdict: Verdict.Verdict; transcoder: Hex }
type Filter = { eventName: string; args: { transcoder?: Hex[]; claimId?: Hex[] } }

/**
 * A chain with these verdicts, oldest first, one in each block. Each transcoder has one claim, which is refunded. `requests`: the claims for
 * which verdicts were read.
 */
function chainOf(reports: readonly Report[]) {
  const requests: Hex[] = []
  const claimOf = (transcoder: Hex) => toHex(Number(transcoder) + 100, { size: 32 })
  const refundsOf = (wanted: readonly Hex[]) =>
    [first, second, third].flatMap((transcoder) =>
      wanted.includes(transcoder) ? [{ args: { claimId: claimOf(transcoder), transcoder } }] : [],
    )
  const verdictsOf = (wanted: readonly Hex[]) => {
    requests.push(...wanted)
    return reports.flatMap(({ verdict, transcoder }, index) => {
      const claimId = claimOf(transcoder)
      const args = { claimId, sequenceNumber: BigInt(index), verdict: Verdict.toNumber(verdict) }
      return wanted.includes(claimId) ? [{ args, blockNumber: BigInt(index), logIndex: 0 }] : []
    })
  }
  const client = {
    getContractEvents: async ({ eventName, args }: Filter) =>
      eventName === 'ClaimRefunded' ? refundsOf(args.transcoder ?? []) : verdictsOf(args.claimId ?? []),
  } as unknown as PublicClient
  const read = (...transcoders: Hex[]) =>
    readFailures(client, { chainId: localChainId, transcoders, fromBlock: 0n, toBlock: 9n })
  return { read, requests, claimOf }
}

test('a check that found wrong work and a check without an answer are two kinds of failures', async () => {
  const { read, requests, claimOf } = chainOf([
    { verdict: 'Invalid', transcoder: first },
    { verdict: 'Valid', transcoder: first },
    { verdict: 'Unavailable', transcoder: second },
    { verdict: 'InputInvalid', transcoder: second },
    { verdict: 'Unavailable', transcoder: first },
    { verdict: 'Invalid', transcoder: third },
    { verdict: 'Invalid', transcoder: first },
  ])
  const failed = await read(first, second)
  expect(requests).toEqual([first, second].map(claimOf))
  expect(failed).toHaveLength(4)
  expect(kindsOf(failed, { transcoder: second, failures: 1 })).toEqual({ invalid: 0, unavailable: 1 })
  expect(kindsOf(failed, { transcoder: first, failures: 3 })).toEqual({ invalid: 2, unavailable: 1 })
  // The contract no longer counts the oldest failure.
  expect(kindsOf(failed, { transcoder: first, failures: 2 })).toEqual({ invalid: 1, unavailable: 1 })
  // The page has not read the oldest failures.
  expect(kindsOf(failed, { transcoder: first, failures: 5 })).toEqual({ invalid: 2, unavailable: 1 })
  expect(kindsOf(failed, { transcoder: first, failures: 0 })).toEqual({ invalid: 0, unavailable: 0 })
})

test('the page reads no verdicts if no transcoder has failed a check', async () => {
  const { read, requests } = chainOf([{ verdict: 'Valid', transcoder: first }])
  expect(await read()).toEqual([])
  expect(requests).toEqual([])
})
