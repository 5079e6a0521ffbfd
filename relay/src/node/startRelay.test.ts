import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cashedOf } from '../../testbeds/cashedOf'
import { reached, record } from '../../testbeds/claims'
import { asOperator } from '../../testbeds/operator'
import { openPayingViewer } from '../../testbeds/payingViewer'
import {
  type Chain,
  makeSegments,
  nextBlock,
  postJob,
  publish,
  startChain,
  startRelay as startTranscoder,
} from '../../testbeds/startNode'
import type { StatusJson } from '../gateway/StatusJson'
import { startRelay } from './startRelay'
import { statusReport } from './statusReport'

let chain: Chain
let segments: Uint8Array[]
beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(10)
}, 60_000)
afterAll(() => chain.stop())

/** In wei for a byte: so high that a few seconds of a small video are worth the gas of a cash-out. */
const [wholesale, retail] = [200_000_000n, 300_000_000n]

const statusOf = async (url: string): Promise<StatusJson> => (await fetch(`${url}/status`, asOperator)).json()
const paymentsOf = async (url: string) => {
  const { payments } = await statusOf(url)
  const [peer] = payments?.peers.filter(({ earned }) => earned !== '0') ?? []
  const paid = payments?.peers.reduce((sum, { paid }) => sum + BigInt(paid), 0n) ?? 0n
  return { earned: BigInt(peer?.earned ?? 0), paid, streams: payments?.streams ?? [] }
}
test('a relay without stake carries a stream that a viewer asks for, pays the transcoder, and is paid by the viewer; all books state exactly the same amounts', async () => {
  const transcoder = await startTranscoder(chain, { relayPrice: wholesale, freeBytesPerSecond: 0 })
  const job = await postJob(chain)
  const { publisher, leave } = publish(job)
  await reached(publisher, ({ phase }) => phase === 'assigned')
  const account = privateKeyToAccount(generatePrivateKey())
  await chain.test.setBalance({ address: account.address, value: parseEther('10') })
  const relay = await startRelay({
    ...{ rpcUrl: chain.rpcUrl, account, directory: await mkdtemp(join(tmpdir(), 'lp-relay-')) },
    ...{ host: '127.0.0.1', port: 0, deposit: parseEther('1') },
    ...{ relayPrice: retail, maxPrice: wholesale, freeBytesPerSecond: 0 },
  })
  const published = reached(publisher, ({ acknowledged }) => acknowledged === 1)
  record(publisher, segments.slice(0, 1), 0)
  await published

  // An ordinary HLS player asks for the stream, so the relay begins to carry the stream.
  const master = `${relay.url}/hls/${job.streamId}/master.m3u8`
  expect(await (await fetch(master)).text()).toContain('#EXT-X-STREAM-INF')
  expect((await fetch(`${relay.url}/streams/0x${'ab'.repeat(32)}`)).status).toBe(404)

  const viewer = await openPayingViewer(chain, { ...job, url: relay.url, maxWeiPerByte: retail })
  await viewer.until(() => (viewer.carrier.stats?.neighbours.length ?? 0) > 0)
  for (let number = 1; number < segments.length; number++) {
    record(publisher, segments.slice(number, number + 1), number)
    await viewer.until(() => viewer.played.has(BigInt(number)))
  }
  expect(viewer.faults).toEqual([])

  // The relay also sells the carried bytes over HTTP. It gives no free bytes, so an ordinary HLS player gets the price instead of the
  // segment.
  const index = `${relay.url}/hls/${job.streamId}/source/index.m3u8?_HLS_msn=${segments.length - 1}`
  const playlist = await (await fetch(index)).text()
  const last = `${relay.url}/hls/${job.streamId}/source/${segments.length - 1}.ts`
  expect(playlist).toContain(`${segments.length - 1}.ts`)
  const answer = await fetch(last)
  expect(answer.status).toBe(402)
  expect(await answer.json()).toMatchObject({ accepts: [{ scheme: 'lp-cheque', network: 'eip155:31337' }] })

  // The last cheques may not have arrived yet.
  let [bought, sold] = [await paymentsOf(relay.url), await paymentsOf(relay.url)]
  let upstream = await paymentsOf(transcoder.url)
  while (sold.earned !== viewer.payments.spent || upstream.earned !== bought.paid) {
    await nextBlock(chain)
    ;[bought, sold, upstream] = [
      await paymentsOf(relay.url),
      await paymentsOf(relay.url),
      await paymentsOf(transcoder.url),
    ]
  }
  expect(sold.earned).toBeGreaterThan(0n)
  expect(bought.paid).toBeGreaterThan(0n)
  const [stream] = sold.streams
  expect(stream).toMatchObject({ streamId: job.streamId, earned: `${sold.earned}`, paid: `${bought.paid}` })
  const report = statusReport(await statusOf(relay.url))
  expect(report).toContain('PROFIT')
  const metrics = await (await fetch(`${relay.url}/metrics`, asOperator)).text()
  expect(metrics).toContain(`lp_stream_earned_ether{stream="${job.streamId}"}`)
  const strangers = await (await fetch(`${relay.url}/status`)).json()
  expect(strangers).toMatchObject({ price: { weiPerByte: `${retail}` } })
  expect(strangers.payments).toBeUndefined()

  viewer.close()
  await publisher.stop()
  leave()
  await relay.close()
  expect(await cashedOf(chain, viewer.account.address)).toBe(viewer.payments.spent)
  await transcoder.close()
  expect(await cashedOf(chain, account.address)).toBe(bought.paid)
  const { chequebook, serviceRegistry } = contractsOn(localChainId)
  const { deposit } = await chain.client.readContract({
    ...{ ...chequebook, functionName: 'getAccount', args: [account.address] },
  })
  expect(deposit).toBe(parseEther('1') - bought.paid)
  const args = [account.address] as const
  expect(await chain.client.readContract({ ...serviceRegistry, functionName: 'getServiceURI', args })).toBe(relay.url)
}, 120_000)
