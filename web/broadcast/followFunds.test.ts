import { localChainId } from '@lp/contracts/script/deploy'
import type { Progress } from 'lp-relay'
import { type PublicClient, zeroAddress, zeroHash } from 'viem'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Funds } from './Funds'
import { followFunds } from './followFunds'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('after a failed read, followFunds reads again, for the transcoder that is then assigned, and stops when `signal` aborts', async () => {
  const reads: unknown[] = []
  const readContract = async ({ functionName, args }: { functionName: string; args: unknown[] }) => {
    if (functionName === 'getBroadcaster') return { deposit: 5n, reserved: 0n }
    reads.push(args[1])
    if (reads.length === 2) throw new Error('The chain does not answer.')
    return 3n
  }
  const client = { chain: { id: localChainId }, getBlockNumber: async () => 1n, readContract }
  const progress = { transcoder: zeroAddress } as unknown as Progress
  const [controller, seen] = [new AbortController(), [] as Funds[]]
  followFunds(client as unknown as PublicClient, {
    ...{ jobId: zeroHash, broadcaster: zeroAddress, publisher: { assignments: [], progress } },
    ...{ signal: controller.signal, onFunds: (funds) => seen.push(funds) },
  })
  await vi.advanceTimersByTimeAsync(0)
  expect(seen).toEqual([{ freeWei: 5n, partWei: 3n, claimedMs: 0n }])
  await vi.advanceTimersByTimeAsync(3_000)
  expect([reads.length, seen.length]).toEqual([2, 1])
  progress.transcoder = '0x0000000000000000000000000000000000000001'
  await vi.advanceTimersByTimeAsync(3_000)
  expect([reads.at(-1), seen.length]).toEqual([progress.transcoder, 2])
  controller.abort()
  await vi.advanceTimersByTimeAsync(9_000)
  expect(reads).toHaveLength(3)
})
