import { type Anvil, startAnvil } from '@lp/contracts/script/anvil'
import { createPublicClient, createTestClient, http } from 'viem'
import { foundry } from 'viem/chains'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startProxy } from '../../testbeds/proxy'
import { BlockRunner, type Task } from './BlockRunner'
import { nextBlock } from './nextBlock'

let anvil: Anvil
let proxy: Awaited<ReturnType<typeof startProxy>>
let runner: BlockRunner | undefined
beforeAll(async () => {
  anvil = await startAnvil()
  proxy = await startProxy(anvil.rpcUrl)
})
afterAll(async () => {
  await proxy.stop()
  await anvil.stop()
})
afterEach(() => runner?.stop())

const newClient = () =>
  createPublicClient({ chain: foundry, transport: http(proxy.url, { retryCount: 0 }), pollingInterval: 20 })
const mine = () => createTestClient({ mode: 'anvil', transport: http(anvil.rpcUrl) }).mine({ blocks: 1 })
const head = () => newClient().getBlockNumber({ cacheTime: 0 })

function start(act: Task, client = newClient()) {
  const faults: Error[] = []
  const started = new BlockRunner({ client, act, onFault: (error) => faults.push(error) })
  runner = started
  started.start()
  return { runner: started, faults }
}

/** The timeout only ends a test that hangs. */
const until = (is: () => boolean) => vi.waitUntil(is, { timeout: 60_000, interval: 5 })

/** A promise that resolves when the test calls `open`. */
function gate() {
  let open = () => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, passed }
}

describe('a block runner', () => {
  it('acts at the start and at each new block', async () => {
    const before = await head()
    const blocks: bigint[] = []
    start(async (block) => void blocks.push(block))
    await until(() => blocks.length === 1)
    await mine()
    await until(() => blocks.length === 2)
    expect(blocks).toEqual([before, before + 1n])
  })

  it('acts at the start, even if another runner uses the same client', async () => {
    const client = newClient()
    const [firstActed, secondActed] = [gate(), gate()]
    const first = start(async () => firstActed.open(), client)
    await firstActed.passed
    start(async () => secondActed.open(), client)
    await secondActed.passed
    first.runner.stop()
  })

  it('never has two runs at the same time, and runs once for all blocks that come during a run', async () => {
    const client = newClient()
    const { open, passed } = gate()
    const blocks: bigint[] = []
    let [running, most] = [0, 0]
    start(async (block) => {
      most = Math.max(most, ++running)
      blocks.push(block)
      await passed
      running--
    }, client)
    await until(() => blocks.length === 1)
    // viem calls all watchers of one client one after another. It calls the watcher of the runner first.
    let seen = 0n
    const unwatch = client.watchBlockNumber({ onBlockNumber: (block) => (seen = block) })
    for (let count = 0; count < 3; count++) await mine()
    const newest = await head()
    await until(() => seen === newest)
    unwatch()
    open()
    await until(() => blocks.length === 2)
    expect(blocks[1]).toBe(newest)
    expect(most).toBe(1)
  })

  it('runs again immediately when a run reports that work may be left', async () => {
    let left = 3
    const { runner } = start(async () => --left > 0)
    await until(() => left === 0)
    await runner.idle()
    expect(left).toBe(0)
  })

  it('acts on the newest block when `wake` is called, and does not wait for a new block', async () => {
    const blocks: bigint[] = []
    const { runner } = start(async (block) => void blocks.push(block))
    await until(() => blocks.length === 1)
    runner.wake()
    await until(() => blocks.length === 2)
    expect(blocks[1]).toBe(blocks[0])
  })

  it('runs parts of the work in parallel, but never two parts with the same name at the same time', async () => {
    const { open, passed } = gate()
    const ran: string[] = []
    const { runner } = start(async () => {
      started.run('slow', async () => {
        ran.push('slow')
        await passed
      })
      started.run('fast', async () => void ran.push('fast'))
    })
    const started = runner
    await until(() => ran.length === 2)
    runner.wake()
    await until(() => ran.length === 3)
    expect(ran).toEqual(['slow', 'fast', 'fast'])
    open()
    await until(() => ran.length === 4)
    expect(ran[3]).toBe('slow')
  })

  it('reports each run that fails', async () => {
    const outcomes = ['one', 'one', undefined, 'other']
    const { runner, faults } = start(async () => {
      const fault = outcomes.shift()
      if (fault) throw new Error(fault)
    })
    while (outcomes.length > 0) {
      const { length } = outcomes
      runner.wake()
      await until(() => outcomes.length < length)
    }
    await runner.idle()
    expect(faults.map(({ message }) => message)).toEqual(['one', 'one', 'other'])
  })

  it('reports that the chain does not answer, and continues when the chain answers again', async () => {
    const blocks: bigint[] = []
    const { faults } = start(async (block) => void blocks.push(block))
    await until(() => blocks.length === 1)
    await proxy.down(5)
    proxy.up()
    await mine()
    await until(() => blocks.length === 2)
    expect(faults[0]?.message).toContain('HTTP request failed.')
  })

  it('starts no run after it was stopped, and `idle` resolves when the last run is over', async () => {
    const { open, passed } = gate()
    let [begun, ended] = [0, 0]
    const { runner, faults } = start(async () => {
      begun++
      await passed
      ended++
      throw new Error('too late to matter')
    })
    await until(() => begun === 1)
    runner.wake()
    runner.stop()
    open()
    await runner.idle()
    expect([begun, ended, faults.length]).toEqual([1, 1, 0])
  })
})

describe('nextBlock', () => {
  it('resolves with a block that comes after the call', async () => {
    const before = await head()
    let isOver = false
    const next = nextBlock(newClient()).finally(() => {
      isOver = true
    })
    while (!isOver) await mine()
    expect(await next).toBeGreaterThan(before)
  })

  it('does not miss a block that came before its first read', async () => {
    const before = await head()
    await mine()
    expect(await nextBlock(newClient(), { after: before })).toBe(before + 1n)
  })

  it('rejects when the signal is aborted, and when the chain does not answer', async () => {
    await expect(nextBlock(newClient(), { signal: AbortSignal.abort('enough') })).rejects.toBe('enough')
    const controller = new AbortController()
    const aborted = nextBlock(newClient(), { signal: controller.signal })
    controller.abort('enough')
    await expect(aborted).rejects.toBe('enough')
    const down = proxy.down(1)
    await expect(nextBlock(newClient())).rejects.toThrow('HTTP request failed.')
    await down
    proxy.up()
  })
})
