import type { Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DirectAddress } from './DirectAddress'
import { DirectFinder } from './DirectFinder'
import type { Connections } from './Finder'
import type { Channel } from './Transport'

const relays: readonly DirectAddress[] = [1, 2].map((number) => ({
  hosts: [`203.0.113.${number}`],
  port: 8935,
  certificateHash: `0x${`0${number}`.repeat(32)}`,
}))

/** The connections of a room with `size` channels. `works`: whether an attempt to connect opens a channel. */
class TestConnections {
  readonly dialed: { peerId: Hex; atMs: number }[] = []
  works = true
  size = 0
  readonly #startMs = Date.now()

  get channels() {
    return { size: this.size } as ReadonlyMap<Hex, Channel>
  }

  async dial(peerId: Hex) {
    this.dialed.push({ peerId, atMs: Date.now() - this.#startMs })
    if (this.works) this.size++
    return this.works
  }
}

let connections: TestConnections
let finder: DirectFinder
beforeEach(() => {
  vi.useFakeTimers()
  connections = new TestConnections()
  finder = new DirectFinder({ relays: relays.slice(0, 1), dial: () => Promise.reject(new Error('not called')) })
})
afterEach(() => {
  finder.close()
  vi.useRealTimers()
})
const start = () => finder.start(connections as unknown as Connections)

describe('DirectFinder', () => {
  test('connects to the relays half a second after the start, if the trackers have found no peers', async () => {
    finder = new DirectFinder({ relays, dial: () => Promise.reject(new Error('not called')) })
    start()
    await vi.advanceTimersByTimeAsync(499)
    expect(connections.dialed).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(connections.dialed.map(({ peerId }) => peerId)).toEqual([`0x${'01'.repeat(20)}`, `0x${'02'.repeat(20)}`])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(connections.dialed).toHaveLength(2)
  })

  test('does not connect to the relay if the trackers have found enough peers', async () => {
    connections.size = 3
    start()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(connections.dialed).toEqual([])
  })

  test('connects when the room has lost its peers, even if it had enough peers at the start', async () => {
    connections.size = 3
    start()
    await vi.advanceTimersByTimeAsync(60_000)
    connections.size = 0
    for (let lost = 0; lost < 3; lost++) finder.search()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(connections.dialed).toHaveLength(1)
  })

  test('tries again while the room is empty, with pauses that grow to about a minute', async () => {
    connections.works = false
    start()
    await vi.advanceTimersByTimeAsync(600_000)
    const pauses = connections.dialed
      .map(({ atMs }, index) => atMs - (connections.dialed[index - 1]?.atMs ?? 0))
      .slice(1)
    expect(connections.dialed.length).toBeGreaterThan(10)
    expect(connections.dialed.length).toBeLessThan(20)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(72_000)
    expect(pauses[0]).toBeLessThan(5_000)
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(48_000)
  })

  test('connects to no relay after the room has closed', async () => {
    connections.works = false
    start()
    finder.close()
    finder.search()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(connections.dialed).toEqual([])
  })
})
