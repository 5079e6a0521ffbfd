import { contractsOn } from '@lp/contracts/deployments'
import { type Cheque, KeyServer, MpegTs, Part, SealedSegment, StreamPrice } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { type Address, type Hex, parseEther } from 'viem'
import { chequebookChain } from '../src/chain/chequebookChain'
import { trackersOf } from '../src/chain/trackers'
import * as Relay from '../src/client/Relay'
import { EpochKeys } from '../src/ingest/EpochKeys'
import type { Publisher } from '../src/ingest/Publisher'
import { KeyBuyer } from '../src/keys/KeyBuyer'
import { KeyRing } from '../src/keys/KeyRing'
import { KeyShop } from '../src/keys/KeyShop'
import { openDesk } from '../src/keys/openDesk'
import { Cashier } from '../src/payment/Cashier'
import { ChequeTill } from '../src/payment/ChequeTill'
import { chainDirectory } from '../src/watch/chainDirectory'
import { Viewer } from '../src/watch/Viewer'
import { reached } from './claims'
import { failOnFault } from './faults'
import { MemoryStore } from './paymentStore'
import { type Chain, domain, newTransport, type PostedJob, publish } from './startNode'

const chequeDomain: Cheque.Domain = { chainId: localChainId, chequebook: contractsOn(localChainId).chequebook.address }
const { signal } = new AbortController()
export const weiPerSegment = 1_000_000_000_000n

/** The page of a broadcaster that sells its stream and the keys of the stream. `atRelay`: only the transcoder sells the keys. */
export async function startPage(chain: Chain, { candidates, ...job }: PostedJob, { atRelay = false } = {}) {
  const { streamId, streamKey } = job
  const beneficiary = chain.broadcaster.account.address
  const price = await StreamPrice.sign({ streamId, beneficiary, weiPerSegment }, streamKey, domain)
  const terms = { streamId, server: streamKey.address, splitBps: 1, until: 2n ** 40n }
  const appointment = await KeyServer.sign(terms, streamKey, domain)
  const ring = new KeyRing()
  const made: Uint8Array[] = []
  const keys = new EpochKeys((epoch, key) => {
    made.push(key)
    void ring.add(streamId, { epoch, key })
  })
  const store = new MemoryStore()
  let shop: KeyShop | undefined
  const till = await ChequeTill.open({
    ...{ store, domain: chequeDomain, nowMs: Date.now },
    chain: chequebookChain({ chainId: localChainId, client: chain.client }),
    isOurs: (channel) => shop?.isOurs(channel) ?? false,
  })
  shop = await KeyShop.open({ server: streamKey.address, domain, store, till, keys: ring, onFault: failOnFault })
  await shop.offer({ price, appointment })
  const incomes: Cheque.SignedCheque[] = []
  const servers = async (transcoder: Address) =>
    atRelay ? [await KeyServer.sign({ ...terms, server: transcoder, splitBps: 500 }, streamKey, domain)] : [appointment]
  const { publisher, leave } = publish(
    { ...job, candidates },
    { patienceMs: 1_000, sale: { price, servers, keys, onIncome: (cheque) => incomes.push(cheque) } },
  )
  const desk = openDesk({
    streamId,
    streamKey,
    domain,
    shop,
    transport: newTransport(),
    trackers: trackersOf(candidates),
  })
  await reached(publisher, ({ phase }) => phase === 'assigned')
  const close = () => {
    desk.leave()
    leave()
  }
  return { publisher, till, incomes, price, appointment, keys: made, close }
}

/** A viewer with a deposit on chain. The key of its account signs its cheques. */
export async function startPayer(chain: Chain, { streamId }: PostedJob) {
  const local = connect(chain.rpcUrl)
  const { account, chequebook } = local.user(7)
  await local.mined(chequebook.write.deposit({ value: parseEther('1') }))
  const cashier = await Cashier.open({
    ...{ store: new MemoryStore(), domain: chequeDomain, nowMs: Date.now, isOurs: () => false },
    chain: chequebookChain({ chainId: localChainId, client: chain.client }),
    key: { issuer: account.address, signer: account, cap: parseEther('1'), expiry: 2n ** 40n },
  })
  const paid: bigint[] = []
  let buyer: KeyBuyer | undefined
  let servers: readonly KeyServer.KeyServer[] = []
  const viewer: Viewer = new Viewer({
    ...{ streamId, domain, directory: chainDirectory(chain.client) },
    keys: ({ price, servers: newest }) => {
      servers = newest
      buyer ??= new KeyBuyer({
        ...{ price, wallet: cashier, signer: account, domain, nowMs: Date.now },
        ...{ maySpend: () => true, refund: () => undefined, onPaid: ({ amount }) => paid.push(amount) },
        sellers: () =>
          servers.map((appointment) => ({
            appointment,
            ask: (content, signal) => viewer.askKeyServer(appointment.server, { content, signal }),
          })),
      })
      return buyer
    },
  })
  return { viewer, paid, close: () => viewer.close() }
}

/** Gives a segment with its parts to the publisher. Returns a function that completes the segment. */
export function begin(publisher: Publisher, data: Uint8Array, number: number) {
  publisher.begin(Date.now() + number)
  let given = 0
  for (const end of MpegTs.createPartReader(Part.targetDurationMs).push(data).slice(0, 3)) {
    publisher.append(data.slice(given, end.byteLength))
    publisher.part(end)
    given = end.byteLength
  }
  return () => {
    publisher.append(data.slice(given))
    publisher.end(2_000)
  }
}

/** Plays one segment, while it grows or when it is complete. */
export async function play(viewer: Viewer, level: string, number: number): Promise<Uint8Array> {
  const sequenceNumber = BigInt(number)
  await viewer.news({ level, after: sequenceNumber - 1n, signal })
  const place = { level, sequenceNumber, spareMs: 20_000, signal }
  const reading = viewer.read(place)
  if (!reading) return (await viewer.payload(place)).data
  const chunks: Uint8Array[] = []
  for await (const chunk of reading.chunks()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The published segments of a paid stream, at one relay: how each is encrypted, and the hash of its encrypted bytes. */
export async function sealedAt(url: string, { streamId }: PostedJob) {
  const at = Relay.at(url, fetch) as Relay.Relay
  const record = await Relay.record(at, { streamId, signal })
  const levels = [SealedSegment.streamIdOf(streamId), ...(record?.renditions ?? []).map(({ streamId }) => streamId)]
  const found: { pair: string; dataHash: Hex }[] = []
  for (const level of levels) {
    const list = await Relay.segments(at, { streamId: level, after: -1n, waitMs: 0, signal })
    for (const { sequenceNumber, dataHash } of list?.segments ?? []) {
      const sealed = await Relay.payload(at, { dataHash, signal })
      const { keyId, salt } = SealedSegment.decodeHead(sealed?.data as Uint8Array)
      found.push({ pair: [keyId, salt, level, sequenceNumber].join(), dataHash })
    }
  }
  return found
}
