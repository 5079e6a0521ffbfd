import { Cheque, Chequebook } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual } from 'viem'
import type { CashOut, ChannelFacts, ChequebookChain } from '../src/payment/ChequebookChain'

export const domain: Cheque.Domain = { chainId: 31337, chequebook: '0x00000000000000000000000000000000000000bb' }

const noAccount: Chequebook.Account = { deposit: 0n, withdrawal: 0n, withdrawableAt: 0n, bouncedAt: 0n }
const noChannel: Chequebook.ChannelState = { paid: 0n, hardDeposit: 0n, bouncedAt: 0n, decrease: 0n, decreasableAt: 0n }
const noKey: Chequebook.SessionKey = { cap: 0n, spent: 0n, expiry: 0n }

/** The Chequebook contract in memory, with the rules of `Chequebook.payable`. */
export class ChequebookModel {
  readonly accounts = new Map<string, Chequebook.Account>()
  readonly channels = new Map<Hex, Chequebook.ChannelState>()
  readonly keys = new Map<string, Chequebook.SessionKey>()
  /** Unix time in seconds. */
  time = 1_000_000n
  /** The gas of one cash-out, in wei. */
  gas = 100n
  /** The wei that each beneficiary got. The keys are addresses in lower case. */
  readonly received = new Map<string, bigint>()
  reads = 0

  account(issuer: Address): Chequebook.Account {
    return this.accounts.get(issuer.toLowerCase()) ?? noAccount
  }

  change(issuer: Address, change: Partial<Chequebook.Account>): void {
    this.accounts.set(issuer.toLowerCase(), { ...this.account(issuer), ...change })
  }

  deposit(issuer: Address, amount: bigint): void {
    this.change(issuer, { deposit: this.account(issuer).deposit + amount })
  }

  authorise(issuer: Address, key: Address, { cap, expiry }: { cap: bigint; expiry: bigint }): void {
    this.keys.set(`${issuer}/${key}`.toLowerCase(), { cap, spent: 0n, expiry })
  }

  changeChannel(channel: Cheque.Channel, change: Partial<Chequebook.ChannelState>): void {
    this.channels.set(Cheque.channelId(channel), { ...this.#channel(channel), ...change })
  }

  #channel(channel: Cheque.Channel): Chequebook.ChannelState {
    return this.channels.get(Cheque.channelId(channel)) ?? noChannel
  }

  facts(channel: Cheque.Channel, key: Address): ChannelFacts {
    const keyState = this.keys.get(`${channel.issuer}/${key}`.toLowerCase()) ?? noKey
    return { account: this.account(channel.issuer), channel: this.#channel(channel), key: keyState, time: this.time }
  }

  async cash(cheque: Cheque.SignedCheque): Promise<CashOut> {
    const signer = await Cheque.recover(cheque, domain)
    if (!signer) return { paid: 0n, hasBounced: false }
    const { account, channel, key, time } = this.facts(cheque, signer)
    const isIssuer = isAddressEqual(signer, cheque.issuer)
    const { amount, outcome } = Chequebook.payable({
      cheque,
      signer: isIssuer ? 'issuer' : key,
      account,
      channel,
      time,
    })
    const hasBounced = outcome === 'Bounced' || outcome === 'NoFunds'
    const fromHard = amount - max(amount - channel.hardDeposit, 0n)
    this.change(cheque.issuer, {
      deposit: account.deposit - (amount - fromHard),
      ...(outcome === 'Bounced' && { bouncedAt: time }),
    })
    this.changeChannel(cheque, {
      paid: channel.paid + amount,
      hardDeposit: channel.hardDeposit - fromHard,
      ...(outcome === 'Bounced' && { bouncedAt: time }),
      ...(outcome === 'Paid' && { bouncedAt: 0n }),
    })
    if (!isIssuer) this.keys.set(`${cheque.issuer}/${signer}`.toLowerCase(), { ...key, spent: key.spent + amount })
    const beneficiary = cheque.beneficiary.toLowerCase()
    this.received.set(beneficiary, (this.received.get(beneficiary) ?? 0n) + amount)
    return { paid: amount, hasBounced }
  }

  /** The port through which the room `payment` uses this model. */
  readonly chain: ChequebookChain = {
    factsOf: async (channel, key) => {
      this.reads++
      return this.facts(channel, key)
    },
    costOf: async (cheques) => this.gas * BigInt(cheques),
    cash: async (cheques) => {
      const results: CashOut[] = []
      for (const cheque of cheques) results.push(await this.cash(cheque))
      return results
    },
  }
}

const max = (one: bigint, other: bigint) => (one > other ? one : other)
