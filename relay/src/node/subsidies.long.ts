import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type Address, createWalletClient, http, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cashedOf } from '../../testbeds/cashedOf'
import { reached, record } from '../../testbeds/claims'
import { asOperator } from '../../testbeds/operator'
import { chequebook, openGuest } from '../../testbeds/payingViewer'
import { MemoryStore } from '../../testbeds/paymentStore'
import {
  type Chain,
  domain,
  makeSegments,
  newTransport,
  nextBlock,
  type PostedJob,
  postJob,
  publish,
  startChain,
  startRelay as startTranscoder,
} from '../../testbeds/startNode'
import { chequebookCalls } from '../chain/chequebookCalls'
import { chequebookChain } from '../chain/chequebookChain'
import { isRegistered } from '../chain/isRegistered'
import { Sender } from '../chain/Sender'
import { trackerOf } from '../chain/trackers'
import type { StatusJson } from '../gateway/StatusJson'
import { Cashier } from '../payment/Cashier'
import { sponsorStream } from '../sponsor/sponsorStream'
import { startRelay } from './startRelay'

let chain: Chain
let segments: Uint8Array[]
beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(7)
}, 120_000)
afterAll(() => chain.stop())

const [wholesale, retail] = [200_000_000n, 300_000_000n]

async function accountOf(issuer: Address) {
  const { chequebook } = contractsOn(localChainId)
  return chain.client.readContract({ ...chequebook, functionName: 'getAccount', args: [issuer] })
}

async function paymentsOf(url: string) {
  const status: StatusJson = await (await fetch(`${url}/status`, asOperator)).json()
  return status.payments as NonNullable<StatusJson['payments']>
}
const earnedFrom = async (url: string, payer: Address) =>
  BigInt((await paymentsOf(url)).peers.find(({ party }) => party === payer.toLowerCase())?.earned ?? 0)

/** A broadcaster with a deposit of one ether, and with a key that pays for the broadcaster's viewers. */
async function openSponsor(job: PostedJob, { trackers, maxWei }: { trackers: readonly string[]; maxWei: bigint }) {
  const signer = privateKeyToAccount(generatePrivateKey())
  await chain.test.setBalance({ address: signer.address, value: parseEther('2') })
  const wallet = createWalletClient({ account: signer, chain: anvil, transport: http(chain.rpcUrl) })
  const sender = new Sender({ client: chain.client, wallet })
  await sender.send(chequebookCalls(localChainId).deposit(parseEther('1')))
  sender.close()
  const store = new MemoryStore()
  const cashier = await Cashier.open({
    ...{ store, domain: chequebook, isOurs: () => false, nowMs: Date.now },
    chain: chequebookChain({ chainId: localChainId, client: chain.client }),
    key: { issuer: signer.address, signer, cap: parseEther('1'), expiry: 2n ** 40n },
  })
  const sponsoring = await sponsorStream({
    ...{ ...job, domain, chequebook, trackers, transport: newTransport(), isRelay: isRegistered(chain.client) },
    wallet: { signer, cashier, store },
    limits: {
      budget: { maxWeiPerByte: retail, maxWeiPerMinute: parseEther('1'), maxWei },
      ...{ capBytes: 50_000_000n, maxBytesPerSecond: 1e6, admissionSeconds: 3_600, seconds: 36_000 },
      admissions: { perMinute: 100, most: 100 },
    },
  })
  return { ...sponsoring, address: signer.address }
}

test('in a subsidised stream, viewers pay nothing, cheques of the broadcaster pay the relay until the budget of the broadcaster is used up, and all books state exactly the same amounts', async () => {
  const transcoder = await startTranscoder(chain, { relayPrice: wholesale, freeBytesPerSecond: 0 })
  const job = await postJob(chain)
  const { publisher, leave } = publish(job)
  await reached(publisher, ({ phase }) => phase === 'assigned')
  const account = privateKeyToAccount(generatePrivateKey())
  await chain.test.setBalance({ address: account.address, value: parseEther('10') })
  const relay = await startRelay({
    ...{ rpcUrl: chain.rpcUrl, account, directory: await mkdtemp(join(tmpdir(), 'lp-relay-')) },
    ...{ host: '127.0.0.1', port: 0, deposit: parseEther('1'), streams: [job.streamId] },
    ...{ relayPrice: retail, maxPrice: wholesale, freeBytesPerSecond: 0 },
  })
  const segmentBytes = BigInt((segments[0] as Uint8Array).length)
  const maxWei = 6n * segmentBytes * retail
  const trackers = [trackerOf(relay.url), trackerOf(transcoder.url)]
  const sponsor = await openSponsor(job, { trackers, maxWei })
  const viewers = [
    openGuest(chain.client, { ...job, url: relay.url }),
    openGuest(chain.client, { ...job, url: relay.url }),
  ]
  for (let number = 0; number < segments.length; number++) {
    record(publisher, segments.slice(number, number + 1), number)
    // The sponsor admits the viewers while the relay carries the first segment.
    while (sponsor.desk.admitted < viewers.length) await nextBlock(chain)
    await Promise.all(viewers.map((viewer) => viewer.until(() => viewer.played.has(BigInt(number)))))
  }
  expect(sponsor.desk.admitted).toBe(2)
  // Waits until the sponsor has spent the whole budget (the price of a whole number of bytes), and the relay has received all of it.
  while (sponsor.desk.spent < maxWei || (await earnedFrom(relay.url, sponsor.address)) < sponsor.desk.spent)
    await nextBlock(chain)
  expect(sponsor.desk.spent).toBe(maxWei)
  expect(viewers.map(({ payments, faults }) => [payments.spent, faults])).toEqual(viewers.map(() => [0n, []]))
  const bought = await paymentsOf(relay.url)
  expect(bought.streams).toMatchObject([{ streamId: job.streamId, earned: `${maxWei}` }])

  for (const viewer of viewers) viewer.close()
  await publisher.stop()
  leave()
  // Waits until the last cheque of the relay has reached the transcoder.
  const paidBy = async () => (await paymentsOf(relay.url)).peers.reduce((sum, { paid }) => sum + BigInt(paid), 0n)
  let paid = await paidBy()
  while (paid === 0n || (await earnedFrom(transcoder.url, account.address)) !== paid) {
    await nextBlock(chain)
    paid = await paidBy()
  }
  await relay.close()
  sponsor.close()
  expect(await cashedOf(chain, sponsor.address)).toBe(maxWei)
  expect((await accountOf(sponsor.address)).deposit).toBe(parseEther('1') - maxWei)
  await transcoder.close()
  expect(await cashedOf(chain, account.address)).toBe(paid)
}, 240_000)
