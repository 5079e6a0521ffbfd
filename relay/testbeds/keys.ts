import { type Cheque, EpochKey, KeyServer, StreamId, StreamPrice } from '@lp/contracts/protocol'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { KeyBuyer, type KeyBuyerOptions, type KeySeller } from '../src/keys/KeyBuyer'
import { KeyRing } from '../src/keys/KeyRing'
import { KeyShop } from '../src/keys/KeyShop'
import { decode, encode, type Message } from '../src/keys/messages'
import { Cashier } from '../src/payment/Cashier'
import { ChequeTill } from '../src/payment/ChequeTill'
import { type ChequebookModel, domain as chequeDomain } from './chequebook'
import { failOnFault } from './faults'
import { MemoryStore } from './paymentStore'
import { domain } from './stream'

export const newKey = () => privateKeyToAccount(generatePrivateKey())

/** A paid stream: its key, its beneficiary, its signed price, the keys of its first epochs, and the cost of an epoch. */
export async function paidStream({ weiPerSegment = 20n, epochs = 40, beneficiary = newKey() } = {}) {
  const streamKey = newKey()
  const streamId = StreamId.random(streamKey.address)
  const price = await StreamPrice.sign({ streamId, beneficiary: beneficiary.address, weiPerSegment }, streamKey, domain)
  const keys = new KeyRing()
  for (let epoch = 0n; epoch < epochs; epoch++) await keys.add(streamId, { epoch, key: EpochKey.random() })
  return { streamKey, streamId, beneficiary, price, keys, cost: StreamPrice.ofEpoch(price) }
}
export type PaidStream = Awaited<ReturnType<typeof paidStream>>

export const appoint = ({ streamKey, streamId }: PaidStream, server: PrivateKeyAccount, splitBps = 500) =>
  KeyServer.sign({ streamId, server: server.address, splitBps, until: 2_000_000_000n }, streamKey, domain)

/** A key server that sells the keys of this stream. `store`: the content of its disk. */
export async function openShop(
  stream: PaidStream,
  {
    chequebook,
    store = new MemoryStore(),
    server = newKey(),
    onFault = failOnFault,
  }: {
    chequebook: ChequebookModel
    store?: MemoryStore
    server?: PrivateKeyAccount
    onFault?: (error: Error) => void
  },
) {
  let shop: KeyShop | undefined
  const till = await ChequeTill.open({
    ...{ store, chain: chequebook.chain, domain: chequeDomain, nowMs: () => 0 },
    isOurs: (channel) => shop?.isOurs(channel) ?? false,
  })
  const cheques: Cheque.SignedCheque[] = []
  shop = await KeyShop.open({
    ...{ server: server.address, domain, store, till, keys: stream.keys, onFault },
    onCheque: (cheque) => cheques.push(cheque),
  })
  const appointment = await appoint(stream, server)
  await shop.offer({ price: stream.price, appointment })
  return { shop, till, store, server, appointment, cheques }
}
export type OpenShop = Awaited<ReturnType<typeof openShop>>

/** Asks a shop without a network. Requests and answers are encoded and decoded as on a network. */
export const sellerOf = ({ shop, appointment }: Pick<OpenShop, 'shop' | 'appointment'>): KeySeller => ({
  appointment,
  ask: async (request) => encode(await shop.answer(decode(request) as Message & { type: 'request' })),
})

/** A viewer with a deposit, which buys keys from these sellers. */
export async function openBuyer(
  stream: PaidStream,
  sellers: readonly KeySeller[],
  {
    chequebook,
    deposit = 1_000_000n,
    account = newKey(),
    store = new MemoryStore(),
    ...options
  }: {
    chequebook: ChequebookModel
    deposit?: bigint
    account?: PrivateKeyAccount
    store?: MemoryStore
  } & Partial<KeyBuyerOptions>,
) {
  if (deposit > 0n) chequebook.deposit(account.address, deposit)
  const cashier = await Cashier.open({
    ...{ store, chain: chequebook.chain, domain: chequeDomain, nowMs: () => 0, isOurs: () => false },
    key: { issuer: account.address, signer: account, cap: 10n ** 12n, expiry: 10n ** 10n },
  })
  const paid: bigint[] = []
  const buyer = new KeyBuyer({
    ...{ price: stream.price, sellers: () => sellers, wallet: cashier, signer: account, domain },
    ...{ maySpend: () => true, refund: () => {}, nowMs: () => 0 },
    onPaid: ({ amount }) => paid.push(amount),
    ...options,
  })
  return { buyer, account, cashier, store, paid }
}
