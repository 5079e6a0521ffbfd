import { KeyServer, StreamPrice, type typedData } from '@lp/contracts/protocol'
import { EpochKeys, type PublisherSale } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Address, Hex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import type { Income } from './openIncome'
import { incomeOf, sellerBps, weiPerSegmentOf } from './salePrice'

const log = logOf('broadcast')

/** A transcoder sells the keys for at most so long. No stream is longer. */
const appointmentSeconds = 7 * 86_400

export type StreamSaleOptions = {
  streamId: Hex
  streamKey: PrivateKeyAccount
  domain: typedData.Domain
  /** Gets the income. */
  wallet: Address
  weiPerMinute: bigint
  income: Income
}

/**
 * The sale of one stream (decision 050). The page makes the keys and signs the price. The transcoder sells the keys, because it has them and can be
 * reached by all viewers. The page keeps the cheques that the transcoder has taken.
 */
export class StreamSale {
  readonly terms: PublisherSale
  readonly #income: Income
  #incomeWei = 0n
  #taking: Promise<unknown> = Promise.resolve()

  private constructor(income: Income, terms: Omit<PublisherSale, 'onIncome'>) {
    this.#income = income
    this.terms = {
      ...terms,
      onIncome: (cheque) => {
        this.#taking = Promise.all([this.#taking, this.#take(cheque)])
      },
    }
  }

  static async open({ streamId, streamKey, domain, wallet, weiPerMinute, income }: StreamSaleOptions) {
    const content = { streamId, beneficiary: wallet, weiPerSegment: weiPerSegmentOf(weiPerMinute) }
    const price = await StreamPrice.sign(content, streamKey, domain)
    const until = BigInt(Math.floor(Date.now() / 1_000) + appointmentSeconds)
    const servers = async (server: Address) => [
      await KeyServer.sign({ streamId, server, splitBps: sellerBps, until }, streamKey, domain),
    ]
    return new StreamSale(income, { price, servers, keys: new EpochKeys() })
  }

  /** What viewers have paid for this stream, without the transcoder's part, in wei. */
  get incomeWei(): bigint {
    return this.#incomeWei
  }

  /** Resolves when each cheque that has come is stored, or refused. */
  get taken(): Promise<unknown> {
    return this.#taking
  }

  /** A cheque that the till refuses is worth nothing, so it is no income. */
  async #take(cheque: Parameters<NonNullable<PublisherSale['onIncome']>>[0]): Promise<void> {
    try {
      const { growth } = await this.#income.till.accept(cheque, cheque.issuer)
      this.#incomeWei += incomeOf(growth)
    } catch (error) {
      log.debug('a cheque of a viewer was refused', () => ({ error }))
    }
  }
}
