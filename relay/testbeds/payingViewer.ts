import { contractsOn } from '@lp/contracts/deployments'
import type { Cheque, Segment, StreamId } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { createWalletClient, http, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'
import { chequebookCalls } from '../src/chain/chequebookCalls'
import { chequebookChain } from '../src/chain/chequebookChain'
import { isRegistered } from '../src/chain/isRegistered'
import { Sender } from '../src/chain/Sender'
import type { Transport } from '../src/mesh/Transport'
import { Cashier } from '../src/payment/Cashier'
import { Payments } from '../src/payment/Payments'
import { freeTerms } from '../src/payment/Terms'
import { Carrier } from '../src/watch/Carrier'
import { chainDirectory } from '../src/watch/chainDirectory'
import { MemoryStore } from './paymentStore'
import { type Chain, domain, newTransport } from './startNode'

const chequebook: Cheque.Domain = { chainId: localChainId, chequebook: contractsOn(localChainId).chequebook.address }

/**
 * A viewer in Node that pays. It deposits 1 ether and authorises a session key in one transaction. It gets the stream only over WebRTC, and
 * only from the relay at `url`.
 */
export async function openPayingViewer(
  chain: Chain,
  { streamId, url, maxWeiPerByte }: { streamId: StreamId.StreamId; url: string; maxWeiPerByte: bigint },
) {
  const account = privateKeyToAccount(generatePrivateKey())
  const sessionKey = privateKeyToAccount(generatePrivateKey())
  await chain.test.setBalance({ address: account.address, value: parseEther('2') })
  const sender = new Sender({
    client: chain.client,
    wallet: createWalletClient({ account, chain: anvil, transport: http(chain.rpcUrl) }),
  })
  const { timestamp } = await chain.client.getBlock()
  const key = { cap: parseEther('1'), expiry: timestamp + 86_400n }
  const authority = { ...key, deposit: parseEther('1') }
  await sender.send(chequebookCalls(localChainId).authorise(sessionKey.address, authority))
  sender.close()
  const cashier = await Cashier.open({
    ...{ store: new MemoryStore(), domain: chequebook, isOurs: () => false, nowMs: () => Date.now() },
    chain: chequebookChain({ chainId: localChainId, client: chain.client }),
    key: { issuer: account.address, signer: sessionKey, ...key },
  })
  const payments = new Payments({
    ...{ terms: freeTerms, domain: chequebook, signer: account, cashier },
    budget: {
      ...{ maxWeiPerByte, maxWeiPerMinute: parseEther('1'), maxWei: parseEther('1') },
      ...{ stepSeconds: 2, videoBytesPerSecond: 100_000 },
    },
  })
  const faults: Error[] = []
  payments.on('event', (_, event) => event.type === 'fault' && faults.push(event.error))
  /** The sequence numbers of the source segments that the viewer has completely. */
  const played = new Set<bigint>()
  const waiting = new Set<() => void>()
  const changed = () => {
    for (const look of [...waiting]) look()
  }
  const directory = chainDirectory(chain.client)
  const carrier = new Carrier({
    ...{ streamId, domain, transport: narrow(newTransport()), isMeshOnly: true, isRelay: isRegistered(chain.client) },
    payments: { accounting: payments, key: account },
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
    ...{ account, cashier, payments, carrier, played, faults },
    /** Resolves when `is` returns true. Calls `is` immediately, and after each change. */
    until: (is: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!is()) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    close() {
      carrier.close()
      payments.close()
    },
  }
}

/** A transport with one channel. */
const narrow = (transport: Transport): Transport => ({
  ...transport,
  join: (options) => transport.join({ ...options, maxChannels: 1, wantedChannels: 1 }),
})
