import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StreamListing } from '@lp/contracts/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reached, record } from '../../testbeds/claims'
import { type Chain, domain, makeSegments, postJob, publish, startChain, startRelay } from '../../testbeds/startNode'

let chain: Chain
let segments: Uint8Array[]
let blocklist: string
let relay: Awaited<ReturnType<typeof startRelay>>
beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(4)
  blocklist = join(await mkdtemp(join(tmpdir(), 'lp-blocking-')), 'blocklist')
  await writeFile(blocklist, '# nobody\n')
  relay = await startRelay(chain, { blocklist })
})
afterAll(async () => {
  await relay.close()
  await chain.stop()
})

const status = async (path: string) => (await fetch(`${relay.url}${path}`)).status
const listed = async (): Promise<string[]> => {
  const { streams } = await (await fetch(`${relay.url}/live`)).json()
  return streams.map(({ listing }: { listing: { streamId: string } }) => listing.streamId)
}

test('a relay lists a stream that asks for it; when its operator blocks the broadcaster, the relay leaves the stream, and neither lists nor serves it', async () => {
  const job = await postJob(chain)
  const { publisher, leave } = publish(job)
  await reached(publisher, ({ phase }) => phase === 'assigned')
  const acknowledged = reached(publisher, (progress) => progress.acknowledged === 1)
  record(publisher, segments.slice(0, 1), 0)
  await acknowledged
  expect(await listed()).toEqual([])
  const { jobId, streamId, streamKey } = job
  const nowMs = BigInt(Date.now())
  const times = { startedAtMs: nowMs, isListed: true, signedAtMs: nowMs }
  publisher.list(await StreamListing.sign({ jobId, streamId, ...times }, streamKey, domain))
  await expect.poll(listed, { timeout: 10_000 }).toEqual([streamId])
  expect(await status(`/segments/${streamId}`)).toBe(200)

  const { renditions } = await (await fetch(`${relay.url}/streams/${streamId}`)).json()
  const interrupted = reached(publisher, ({ phase }) => phase === 'interrupted')
  await writeFile(blocklist, `${chain.broadcaster.account.address} # complaint\n`)
  await interrupted
  await expect.poll(listed, { timeout: 10_000 }).toEqual([])
  for (const path of [
    `/streams/${streamId}`,
    `/segments/${streamId}`,
    `/segments/${renditions[0].streamId}`,
    `/segments/${streamId}/0`,
    `/hls/${streamId}/master.m3u8`,
    `/recordings/${streamId}.torrent`,
    `/audience/${streamId}`,
  ])
    expect([path, await status(path)]).toEqual([path, 451])
  // The contracts still need the proof of the work that was done.
  expect(await status(`/receipts/${streamId}/0`)).toBe(200)

  // The operator removes the entry, and the relay takes the stream again.
  const assigned = reached(publisher, ({ phase }) => phase === 'assigned')
  await writeFile(blocklist, '# nobody\n# any more\n')
  await assigned
  expect(await status(`/segments/${streamId}`)).toBe(200)
  leave()
}, 120_000)
