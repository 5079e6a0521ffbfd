import { rmSync, writeFileSync } from 'node:fs'
import { type Address, isAddressEqual } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mineEachSecond, reached, record } from '../../testbeds/claims'
import { asOperator } from '../../testbeds/operator'
import { buildRelay, createRelayProcess } from '../../testbeds/relayProcess'
import {
  type Chain,
  domain,
  makeSegments,
  postJob,
  publish,
  startChain,
  startRelay,
  untilActive,
} from '../../testbeds/startNode'
import { numbers, until } from '../../testbeds/viewer'
import { chainDirectory } from '../watch/chainDirectory'
import { Viewer } from '../watch/Viewer'

let chain: Chain
let segments: Uint8Array[]
let other: Awaited<ReturnType<typeof startRelay>>
/** A relay whose data directory is a file system of 24 MiB. */
let small: Awaited<ReturnType<typeof createRelayProcess>>

beforeAll(async () => {
  buildRelay()
  chain = await startChain()
  segments = makeSegments(4)
  other = await startRelay(chain)
  small = await createRelayProcess(chain, { diskMebibytes: 24 })
  await small.start()
  await untilActive(chain, small.address)
}, 300_000)
afterAll(async () => {
  await small.kill()
  await other.close()
  await chain.stop()
})

async function gauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, asOperator)).text()
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
}

describe('a relay whose disk is full', () => {
  it('names the cause, and hands the stream over without a missing segment for viewers; it is neither open for jobs nor healthy', async () => {
    const posted = await postJob(chain)
    await mineEachSecond(chain)
    const isSmall = ({ address }: { address: Address }) => isAddressEqual(address, small.address)
    const candidates = posted.candidates.toSorted((one, two) => Number(isSmall(two)) - Number(isSmall(one)))
    const job = { ...posted, candidates }
    const { publisher, leave } = publish(job)
    await reached(publisher, ({ transcoder }) => transcoder === small.address)
    const first = reached(publisher, ({ acknowledged }) => acknowledged === 1)
    record(publisher, segments.slice(0, 1))
    await first
    const viewer = new Viewer({ streamId: job.streamId, directory: chainDirectory(chain.client), domain })
    const states = new Set<string>()
    viewer.subscribe(() => states.add(viewer.getSnapshot().state))
    await until(viewer, () => numbers(viewer).length === 1)
    const filler = `/proc/${small.processId()}/root${small.data}/filler`
    const named = reached(publisher, ({ refusal }) => refusal?.message === 'The disk of the transcoder is full.')
    try {
      writeFileSync(filler, Buffer.alloc(32 * 1024 ** 2))
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
    }
    await named
    const all = reached(publisher, ({ acknowledged }) => acknowledged === 4)
    record(publisher, segments.slice(1, 4), 1)
    expect(await all).toMatchObject({ transcoder: other.address, refused: 0, dropped: 0 })
    await until(viewer, () => numbers(viewer).length === 4)
    expect(numbers(viewer)).toEqual([0, 1, 2, 3])
    expect(states).not.toContain('ended')
    viewer.close()
    const health = await fetch(`${small.url}/healthz`)
    expect([health.status, await health.text()]).toEqual([
      503,
      'The disk is full, or the limit of --max-disk is reached. Free space on the disk, or change --max-disk.\n',
    ])
    expect(await gauge(small.url, 'lp_disk_full')).toBe(1)
    expect(await gauge(small.url, 'lp_open_for_jobs')).toBe(0)
    rmSync(filler)
    await publisher.stop()
    leave()
  })
})
