import { contractsOn } from '@lp/contracts/deployments'
import type { Cheque, Segment, StreamId } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { createWalletClient, type Hex, http, type PrivateKeyAccount, type PublicClient, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'
import { chequebookCalls } from '../src/chain/chequebookCalls'
import { chequebookChain } from '../src/chain/chequebookChain'
import { isRegistered } from '../src/chain/isRegistered'
import { Sender } from '../src/chain/Sender'
import type { Room, Transport } from '../src/mesh/Transport'
import { Cashier } from '../src/payment/Cashier'
import type { PaymentStore } from '../src/payment/PaymentStore'
import { Payments } from '../src/payment/Payments'
import { freeTerms } from '../src/payment/Terms'
import { Carrier } from '../src/watch/Carrier'
import { chainDirectory } from '../src/watch/chainDirectory'
import { createSignal } from './createSignal'
import { domain, newTransport } from './newTransport'
import { MemoryStore } from './paymentStore'
import type { Chain } from './startNode'

export const chequebook: Cheque.Domain = {
  chainId: localChainId,
  chequebook: contractsOn(localChainId).chequebook.address,
}

/** The keys of a viewer that pays. In this form they can be passed to another process. */
export type ViewerKeys = { account: Hex; sessionKey: Hex; cap: string; expiry: string }

/** `stepBytes`: the viewer usually pays for this number of bytes at a time. Default 200,000. */
export type ViewedStream = { streamId: StreamId.StreamId; url: string; maxWeiPerByte: bigint; stepBytes?: number }

/** Makes the keys of a viewer. In one transaction, the viewer deposits 1 ether and authorises a session key. */
export async function fundViewer(chain: Chain): Promise<ViewerKeys> {
  const keys = { account: generatePrivateKey(), sessionKey: generatePrivateKey() }
  const account = privateKeyToAccount(keys.account)
  await chain.test.setBalance({ address: account.address, value: parseEther('2') })
  const sender = new Sender({
    client: chain.client,
    wallet: createWalletClient({ account, chain: anvil, transport: http(chain.rpcUrl) }),
  })
  const { timestamp } = await chain.client.getBlock()
  const limits = { cap: parseEther('1'), expiry: timestamp + 86_400n }
  const signer = privateKeyToAccount(keys.sessionKey).address
  await sender.send(chequebookCalls(localChainId).authorise(signer, { ...limits, deposit: parseEther('1') }))
  sender.close()
  return { ...keys, cap: `${limits.cap}`, expiry: `${limits.expiry}` }
}

/** A viewer in Node that pays. It has new keys, and stores its payments only in memory. */
export async function openPayingViewer(chain: Chain, stream: ViewedStream) {
  return openViewer(chain.client, { ...stream, keys: await fundViewer(chain), store: new MemoryStore() })
}

/** A viewer in Node that pays. It gets the stream only over WebRTC, and only from the relay at `url`. */
export async function openViewer(
  client: PublicClient,
  {
    streamId,
    url,
    maxWeiPerByte,
    stepBytes = 200_000,
    keys,
    store,
  }: ViewedStream & { keys: ViewerKeys; store: PaymentStore },
) {
  const account = privateKeyToAccount(keys.account)
  const key = { issuer: account.address, signer: privateKeyToAccount(keys.sessionKey) }
  const cashier = await Cashier.open({
    ...{ store, domain: chequebook, isOurs: () => false, nowMs: () => Date.now() },
    chain: chequebookChain({ chainId: localChainId, client }),
    key: { ...key, cap: BigInt(keys.cap), expiry: BigInt(keys.expiry) },
  })
  const payments = new Payments({
    ...{ terms: freeTerms, domain: chequebook, signer: account, cashier },
    budget: {
      ...{ maxWeiPerByte, maxWeiPerMinute: parseEther('1'), maxWei: parseEther('1') },
      ...{ stepSeconds: 2, videoBytesPerSecond: stepBytes / 2 },
    },
  })
  return { cashier, ...watch(client, { streamId, url, account, payments }) }
}

/** A viewer on Node without a deposit, which gets a stream over WebRTC only from the relay at `url`. */
export function openGuest(client: PublicClient, stream: Pick<ViewedStream, 'streamId' | 'url'>) {
  const account = privateKeyToAccount(generatePrivateKey())
  const payments = new Payments({ terms: freeTerms, domain: chequebook, signer: account })
  return watch(client, { ...stream, account, payments })
}

function watch(
  client: PublicClient,
  {
    streamId,
    url,
    account,
    payments,
  }: Pick<ViewedStream, 'streamId' | 'url'> & { account: PrivateKeyAccount; payments: Payments },
) {
  const faults: Error[] = []
  payments.on('event', (_, event) => event.type === 'fault' && faults.push(event.error))
  /** The sequence numbers of the source segments that the viewer has completely. */
  const played = new Set<bigint>()
  const { changed, until } = createSignal()
  const directory = chainDirectory(client)
  const carrier = new Carrier({
    ...{ streamId, domain, transport: withoutIntroductions(newTransport()), isMeshOnly: true },
    ...{ isRelay: isRegistered(client), payments: { accounting: payments, key: account } },
    directory: {
      // All candidates get the URL of the relay. So the viewer uses only the gateway and the tracker of this relay, and meets only this
      // relay.
      async find(id) {
        const listing = await directory.find(id)
        return listing && { ...listing, candidates: listing.candidates.map((it) => ({ ...it, serviceUri: url })) }
      },
    },
    refuse: () => {},
    onChange: changed,
    onSegment(segment: Segment.Segment) {
      if (segment.streamId !== streamId) return
      played.add(segment.sequenceNumber)
      changed()
    },
  })
  return {
    ...{ account, payments, carrier, played, faults },
    until,
    close() {
      carrier.close()
      payments.close()
    },
  }
}

/** A transport that finds peers only at the tracker of the relay, and not through other peers. */
const withoutIntroductions = (transport: Transport): Transport => ({
  ...transport,
  join: (options) =>
    Object.assign(transport.join(options), { find: ((finder) => finder.close()) satisfies Room['find'] }),
})
