import { join } from 'node:path'
import { contractsOn } from '@lp/contracts/deployments'
import { Cheque } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual, type PublicClient } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { BlockRunner } from '../chain/BlockRunner'
import { chequebookChain } from '../chain/chequebookChain'
import { followChequebook } from '../chain/followChequebook'
import { readChequebook } from '../chain/readChequebook'
import type { Sender } from '../chain/Sender'
import type { PaymentsStatus } from '../gateway/Status'
import type { MeshPayments } from '../mesh/joinStream'
import type { BudgetOptions } from '../payment/Budget'
import { Cashier } from '../payment/Cashier'
import { defaultPolicy } from '../payment/cashing'
import { HttpSeller } from '../payment/HttpSeller'
import { Payments } from '../payment/Payments'
import { SponsoredDesk } from '../payment/SponsoredDesk'
import { StreamBooks } from '../payment/StreamBooks'
import { EntryFiles } from '../storage/EntryFiles'
import { type FreeBytes, relayTerms } from './relayTerms'

export type RelayPaymentsOptions = FreeBytes & {
  client: PublicClient
  sender: Sender
  chainId: number
  /** Signs the relay's cheques, is the beneficiary of the peers' cheques, and sends the cash-outs. */
  account: PrivateKeyAccount
  /** The data directory of the relay. */
  directory: string
  /** The price of a byte, in wei. */
  weiPerByte: bigint
  /** `undefined`: this relay buys nothing. */
  budget?: BudgetOptions | undefined
  /** The StreamId of the source to which a level belongs. */
  sourceOf(streamId: Hex): Hex
  count: {
    /** The relay has taken, given or cashed cheques worth `amount` wei, or cheques worth `amount` wei have bounced. */
    cheques(change: { state: 'earned' | 'paid' | 'cashed' | 'bounced'; amount: bigint }): void
  }
  onFault(error: Error): void
}

export type RelayPayments = {
  payments: Payments
  cashier: Cashier
  /** The newest block that was seen. */
  readonly block: bigint | undefined
  /** For the meshes of this relay. */
  membership: MeshPayments
  status(): PaymentsStatus
  /** Sells the bytes that the gateway sends. `serviceUri`: the registered address of the gateway. */
  sellOverHttp(serviceUri: string): Promise<HttpSeller>
  /** The price that `/status` shows to everybody. */
  price: { weiPerByte: bigint; chequebook: Address }
  /** Cashes each cheque that brings more than the cost of its gas. Call this method before the sender is closed. */
  cashAll(): Promise<void>
  close(): void
}

/** The cashier reviews all cheques after this number of blocks, and after each event of the contract about the issuer of a cheque. */
const reviewBlocks = 10n
/** The account signs its cheques with its own key, and not with a session key. So the key has no expiry. */
const never = 2n ** 63n

/**
 * The payments of a relay. Cheques are stored in its data directory, so a second relay must not use the same directory or key. Rejects with
 * the errors of `Cashier.open`, of the file system, or of the chain.
 */
export async function openPayments(options: RelayPaymentsOptions): Promise<RelayPayments> {
  const { client, sender, chainId, account, directory, weiPerByte, budget, count, onFault } = options
  const terms = relayTerms(weiPerByte, options)
  const chequebook = contractsOn(chainId).chequebook.address
  const domain: Cheque.Domain = { chainId, chequebook }
  // On a local chain, gas costs nothing, and a developer wants to see the payments.
  const policy = { ...defaultPolicy, ...(chainId === 31337 && { gasFactor: 2n }) }
  const nowMs = Date.now
  const store = await EntryFiles.open(join(directory, 'payments'))
  const cashier = await Cashier.open({
    ...{ domain, policy, nowMs, store },
    chain: chequebookChain({ chainId, client, sender }),
    key: budget && { issuer: account.address, signer: account, cap: Cheque.maxAmount, expiry: never },
    isOurs: ({ beneficiary, splitBps }) => isAddressEqual(beneficiary, account.address) && splitBps === 0,
  })
  const subsidy = await SponsoredDesk.open({ store, domain, self: account.address, cashier, terms, nowMs })
  const payments = new Payments({ terms, domain, signer: account, cashier, budget, subsidy })
  const sponsoredBy = (party: string) => subsidy.streamOf(party)
  const books = new StreamBooks({ payments, sourceOf: options.sourceOf, sponsoredBy })
  let cashed = 0n
  cashier.on('cashed', (_, amount) => {
    cashed += amount
    count.cheques({ state: 'cashed', amount })
  })
  cashier.on('fault', onFault)
  payments.on('event', (_, event) => {
    if (event.type === 'fault') onFault(event.error)
    if (event.type === 'earned' || event.type === 'paid' || event.type === 'bounced')
      count.cheques({ state: event.type, amount: event.amount })
  })
  /** Our own deposit when we last read it. */
  let deposit: PaymentsStatus['deposit']
  const readDeposit = async () => {
    const { deposit: free, withdrawal } = await readChequebook(client, { issuer: account.address })
    deposit = { free, withdrawal }
  }
  const stopFollowing = followChequebook(client, {
    issuers: () => (budget ? [account.address, ...cashier.issuers] : cashier.issuers),
    onChange: (issuer) => {
      if (isAddressEqual(issuer, account.address)) readDeposit().catch(onFault)
      else void cashier.issuerChanged(issuer)
    },
    onFault,
  })
  let newest: bigint | undefined
  let nextReview = 0n
  const runner = new BlockRunner({
    client,
    onFault,
    async act(block) {
      newest = block
      if (block < nextReview) return
      nextReview = block + reviewBlocks
      if (budget) await readDeposit()
      await cashier.review()
    },
  })
  runner.start()
  return {
    ...{ payments, cashier, price: { weiPerByte, chequebook } },
    sellOverHttp: (serviceUri) => HttpSeller.open({ payments, domain, signer: account, serviceUri }),
    membership: { accounting: books, key: account },
    get block() {
      return newest
    },
    status: () => ({
      ...{ weiPerByte, cashing: policy, outstanding: cashier.outstanding, cashed, deposit },
      maxWeiPerByte: budget?.maxWeiPerByte,
      streams: [...books.streams].map(([streamId, book]) => ({ streamId, ...book })),
      peers: [...books.peers].map(([party, book]) => ({
        ...{ party, ...book, owes: payments.balanceOf(party), missing: cashier.missingOf(party) },
      })),
    }),
    cashAll: () => cashier.review({ isStopping: true }),
    close() {
      stopFollowing()
      runner.stop()
      payments.close()
    },
  }
}
