import { chequebookAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import { Cheque, Chequebook, ProtocolError } from '@lp/contracts/protocol'
import { type Address, type Client, isAddressEqual, parseEventLogs, type TransactionReceipt } from 'viem'
import { getBlock, getGasPrice, readContract } from 'viem/actions'
import { chequebookCalls } from './chequebookCalls'
import { RevertError, type Sender } from './Sender'

export type ChequebookChainOptions = {
  chainId: number
  client: Client
  /** Sends the cash-outs. Its key is the beneficiary of the cheques. `undefined`: `cash` rejects with `NoSenderError`. */
  sender?: Pick<Sender, 'send'> | undefined
}

/** The state of a channel in the contract, and of the key that signed a cheque. */
export type ChannelFacts = {
  readonly account: Chequebook.Account
  readonly channel: Chequebook.ChannelState
  /** All fields are 0 if the key is not a session key of the issuer. */
  readonly key: Chequebook.SessionKey
  /** Time of the newest block, in Unix seconds. */
  readonly time: bigint
}

/** `paid`: in wei, the splitee's part included. `hasBounced`: the issuer's funds did not cover the cheque. */
export type CashOut = { readonly paid: bigint; readonly hasBounced: boolean }

/** Gas of whole transactions (contracts/snapshots/cheques.json) if each cheque is the first of its channel and a session key signed it. */
const gasOf = (cheques: number): bigint => (cheques === 1 ? 72_000n : 30_000n + 45_000n * BigInt(cheques))

/** The Chequebook contract, as the room `payment` uses it. Throws `UnknownChainError`. */
export function chequebookChain({ chainId, client, sender }: ChequebookChainOptions) {
  const contract = { abi: chequebookAbi, address: deploymentOn(chainId).chequebook } as const
  const calls = chequebookCalls(chainId)
  return {
    /** `key`: the address that signed the cheque. Rejects with the error of the chain. */
    async factsOf(channel: Cheque.Channel, key: Address): Promise<ChannelFacts> {
      const { issuer, beneficiary } = channel
      const args = [issuer, beneficiary, Cheque.splitOf(channel), key] as const
      const [{ timestamp: time }, [account, facts, sessionKey]] = await Promise.all([
        getBlock(client),
        readContract(client, { ...contract, functionName: 'stateOf', args }),
      ])
      return { account, channel: facts, key: sessionKey, time }
    },

    /** The present cost of a cash-out of this number of cheques, in wei. Rejects with the error of the chain. */
    costOf: async (cheques: number): Promise<bigint> => gasOf(cheques) * (await getGasPrice(client)),

    /**
     * Cashes cheques of different issuers in one transaction. When the transaction is mined, resolves with the amount that each cheque has
     * paid, from the events of the transaction. Rejects with `Sender.RevertError` and `Sender.UnsentError`.
     */
    async cash(cheques: readonly Cheque.SignedCheque[]): Promise<readonly CashOut[]> {
      const [first, ...others] = cheques
      if (!first) return []
      if (!sender) throw new NoSenderError()
      const call = others.length === 0 ? calls.cash(first) : calls.cashBatch(cheques)
      try {
        return cashOutsIn(await sender.send(call), { cheques, chequebook: contract.address })
      } catch (error) {
        // For example, another process has cashed the cheque, the issuer has no funds left, or the session key has expired. The caller
        // reads the facts again.
        if (!(error instanceof RevertError) || error.errorName !== 'ChequeRefused') throw error
        return [{ paid: 0n, hasBounced: Chequebook.outcomeOf(Number(error.args[0])) === 'NoFunds' }]
      }
    },
  }
}

/**
 * The amount that a transaction has paid for each cheque, and whether the cheque has bounced. The function finds the events of a cheque by
 * the issuer, because `ChequeCashed` does not name the whole channel. So no two of the cheques may have the same issuer.
 */
function cashOutsIn(
  { logs }: Pick<TransactionReceipt, 'logs'>,
  { cheques, chequebook }: { cheques: readonly Cheque.Channel[]; chequebook: Address },
): CashOut[] {
  const own = logs.filter(({ address }) => isAddressEqual(address, chequebook))
  const events = parseEventLogs({ abi: chequebookAbi, eventName: ['ChequeCashed', 'ChequeBounced'], logs: own })
  return cheques.map(({ issuer }) => {
    const ofIssuer = events.filter(({ args }) => isAddressEqual(args.issuer, issuer))
    return {
      paid: ofIssuer.reduce((sum, event) => (event.eventName === 'ChequeCashed' ? sum + event.args.amount : sum), 0n),
      hasBounced: ofIssuer.some(({ eventName }) => eventName === 'ChequeBounced'),
    }
  })
}

export class NoSenderError extends ProtocolError {
  override readonly name = 'chequebookChain.NoSenderError'
  constructor() {
    super('There is no key that sends transactions, so cheques cannot be cashed.')
  }
}
