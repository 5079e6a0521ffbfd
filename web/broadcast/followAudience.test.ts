import { StreamId } from '@lp/contracts/protocol'
import type { AudienceSummary } from 'lp-relay'
import { zeroAddress } from 'viem'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { followAudience } from './followAudience'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('asks the relay that works on the stream every five seconds, and forgets the figures if it does not answer', async () => {
  const seen: (AudienceSummary | undefined)[] = []
  const asked: string[] = []
  const ending = new AbortController()
  let uri: string | undefined
  let answer = async (): Promise<AudienceSummary | undefined> => ({ viewers: 2 })
  followAudience({
    relay: () => uri,
    streamId: StreamId.random(zeroAddress),
    signal: ending.signal,
    onAudience: (audience) => seen.push(audience),
    ask: async (relay) => {
      asked.push(relay.uri)
      return answer()
    },
  })
  await vi.advanceTimersByTimeAsync(0)
  uri = 'https://relay.example'
  await vi.advanceTimersByTimeAsync(5_000)
  answer = () => Promise.reject(new Error('no answer'))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(seen).toEqual([undefined, { viewers: 2 }, undefined])
  ending.abort()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toEqual(['https://relay.example', 'https://relay.example'])
})
