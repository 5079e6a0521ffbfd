import type { Cheque, Chequebook } from '@lp/contracts/protocol'
import type { Address } from 'viem'

/** The state of a channel in the Chequebook contract, and of the key that signed a cheque. */
export type ChannelFacts = {
  readonly account: Chequebook.Account
  readonly channel: Chequebook.ChannelState
  /** All fields are 0 if the key is not a session key of the issuer. */
  readonly key: Chequebook.SessionKey
  /** Unix time of the block, in seconds. */
  readonly time: bigint
}

/** The result of one cheque in a cash-out. */
export type CashOut = {
  /** The amount that the contract has paid, in wei. */
  readonly paid: bigint
  /** Whether the deposit did not cover the cheque. */
  readonly hasBounced: boolean
}

/** The port to the Chequebook contract. The methods reject with the errors of the chain. */
export type ChequebookChain = {
  /** Reads the newest block. `key`: the address of the key that signed the cheque. */
  factsOf(channel: Cheque.Channel, key: Address): Promise<ChannelFacts>
  /** The cost of the gas for a cash-out of this number of cheques, in wei, at the present price of gas. */
  costOf(cheques: number): Promise<bigint>
  /** Cashes cheques of different issuers in one transaction. Resolves when the transaction is mined. */
  cash(cheques: readonly Cheque.SignedCheque[]): Promise<readonly CashOut[]>
}
