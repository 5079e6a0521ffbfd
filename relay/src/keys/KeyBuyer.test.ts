import { EpochKey } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { beforeEach, describe, expect, test } from 'vitest'
import { ChequebookModel } from '../../testbeds/chequebook'
import { newKey, openBuyer, openShop, type PaidStream, paidStream, sellerOf } from '../../testbeds/keys'
import { MemoryStore } from '../../testbeds/paymentStore'
import { ClosedError, type KeySeller, NotSoldError } from './KeyBuyer'
import * as KeyEnvelope from './KeyEnvelope'
import { decode, encode, type Message } from './messages'

let chequebook: ChequebookModel
let stream: PaidStream
beforeEach(async () => {
  chequebook = new ChequebookModel()
  stream = await paidStream()
})

/** The first segment of an epoch, and the id of the newest key of the epoch. */
async function segmentOf(epoch: bigint): Promise<{ sequenceNumber: bigint; keyId: Hex }> {
  const key = stream.keys.newest(stream.streamId, epoch) as EpochKey.EpochKey
  return { sequenceNumber: EpochKey.firstOf(epoch), keyId: await EpochKey.id(key) }
}

/** A key server that sends `change(answer)` instead of the correct `answer`. */
const lying = (seller: KeySeller, change: (answer: Message) => Message | Promise<Message>): KeySeller => ({
  ...seller,
  ask: async (request, signal) => encode(await change(decode(await seller.ask(request, signal)) as Message)),
})

/** Counts the requests to a key server. */
function counting(seller: KeySeller) {
  const counted = { requests: 0, seller }
  counted.seller = {
    ...seller,
    ask(request, signal) {
      counted.requests++
      return seller.ask(request, signal)
    },
  }
  return counted
}

describe('a buyer of keys', () => {
  test('pays for each epoch once, and needs a single request for each epoch after the first', async () => {
    const counted = counting(sellerOf(await openShop(stream, { chequebook })))
    const { buyer, paid } = await openBuyer(stream, [counted.seller], { chequebook })
    for (const epoch of [2n, 3n, 4n]) {
      const segment = await segmentOf(epoch)
      expect(await buyer.key(segment)).toEqual(stream.keys.newest(stream.streamId, epoch))
      expect(await buyer.key({ ...segment, sequenceNumber: segment.sequenceNumber + 4n })).toBeDefined()
    }
    expect(paid).toEqual([100n, 100n, 100n])
    expect(counted.requests).toBe(4)
  })

  test('buys a key only once when several segments of the epoch wait for this key', async () => {
    const counted = counting(sellerOf(await openShop(stream, { chequebook })))
    const { buyer, paid } = await openBuyer(stream, [counted.seller], { chequebook })
    const segment = await segmentOf(2n)
    await Promise.all([buyer.key(segment), buyer.key(segment), buyer.buy(2n), buyer.buy(3n)])
    expect(paid).toEqual([100n, 100n])
    expect(counted.requests).toBe(3)
  })

  test('gets the new key of a paid epoch without a second payment after the broadcaster has loaded its page again', async () => {
    const { buyer, paid } = await openBuyer(stream, [sellerOf(await openShop(stream, { chequebook }))], { chequebook })
    await buyer.key(await segmentOf(2n))
    await stream.keys.add(stream.streamId, { epoch: 2n, key: EpochKey.random() })
    expect(await buyer.key(await segmentOf(2n))).toEqual(stream.keys.newest(stream.streamId, 2n))
    expect(paid).toEqual([100n])
  })

  test('pays for an epoch only once, even if the buyer is closed and opened again', async () => {
    const shop = await openShop(stream, { chequebook })
    const [account, store] = [newKey(), new MemoryStore()]
    const before = await openBuyer(stream, [sellerOf(shop)], { chequebook, account, store })
    await before.buyer.key(await segmentOf(2n))
    const after = await openBuyer(stream, [sellerOf(shop)], {
      chequebook,
      account,
      store: new MemoryStore(store.entries),
    })
    await after.buyer.key(await segmentOf(2n))
    expect(after.paid).toEqual([])
    await after.buyer.key(await segmentOf(3n))
    expect([after.paid, shop.till.cheques.map(({ cheque }) => cheque.cumulative)]).toEqual([[100n], [200n]])
  })

  test('sends a cheque again if the answer was lost, and writes no second cheque', async () => {
    const shop = await openShop(stream, { chequebook })
    const seller = sellerOf(shop)
    let lost = 0
    const unreliable: KeySeller = {
      ...seller,
      async ask(request, signal) {
        const answer = await seller.ask(request, signal)
        if (lost++ === 1) throw new TypeError('The answer was lost.')
        return answer
      },
    }
    const { buyer, paid } = await openBuyer(stream, [unreliable], { chequebook })
    await expect(buyer.key(await segmentOf(2n))).rejects.toThrow('lost')
    await buyer.key(await segmentOf(2n))
    expect(paid).toEqual([100n])
  })

  test('buys at the third key server if the first does not answer and the second has no offer', async () => {
    const dead: KeySeller = {
      ...sellerOf(await openShop(stream, { chequebook })),
      ask: () => Promise.reject(new TypeError('No answer.')),
    }
    const closed = await openShop(await paidStream(), { chequebook })
    const without = { appointment: dead.appointment, ask: sellerOf(closed).ask }
    const good = sellerOf(await openShop(stream, { chequebook }))
    const { buyer, paid } = await openBuyer(stream, [dead, without, good], { chequebook })
    await buyer.key(await segmentOf(2n))
    expect(paid).toEqual([100n])
  })

  test('buys nothing from a key server whose appointment has ended', async () => {
    const seller = sellerOf(await openShop(stream, { chequebook }))
    const nowMs = () => Number(seller.appointment.until) * 1_000
    const { buyer } = await openBuyer(stream, [seller], { chequebook, nowMs })
    await expect(buyer.key(await segmentOf(2n))).rejects.toMatchObject({ reason: 'no-offer' })
  })

  test('pays nothing for an epoch before its key exists', async () => {
    const { buyer, paid } = await openBuyer(stream, [sellerOf(await openShop(stream, { chequebook }))], { chequebook })
    await buyer.buy(2n)
    await expect(buyer.buy(400n)).rejects.toMatchObject({ reason: 'no-key' })
    await stream.keys.add(stream.streamId, { epoch: 400n, key: EpochKey.random() })
    await buyer.buy(400n)
    expect(paid).toEqual([100n, 100n])
  })

  test('buys nothing above its limit, and names the limit in the error', async () => {
    let left = 150n
    const maySpend = (amount: bigint) => {
      if (amount > left) return false
      left -= amount
      return true
    }
    const seller = sellerOf(await openShop(stream, { chequebook }))
    const { buyer } = await openBuyer(stream, [seller], { chequebook, maySpend })
    await buyer.buy(2n)
    await expect(buyer.buy(3n)).rejects.toMatchObject({
      reason: 'budget',
      shortMessage: expect.stringContaining('limit'),
    })
    left = 100n
    await buyer.buy(3n)
  })

  test('rejects with the reason when the deposit is too small', async () => {
    const seller = sellerOf(await openShop(stream, { chequebook }))
    const { buyer } = await openBuyer(stream, [seller], { chequebook, deposit: 99n })
    await expect(buyer.buy(2n)).rejects.toMatchObject({ reason: 'insolvent' })
  })

  test('sends no request after it is closed', async () => {
    const { buyer } = await openBuyer(stream, [sellerOf(await openShop(stream, { chequebook }))], { chequebook })
    buyer.close()
    await expect(buyer.buy(2n)).rejects.toThrow(ClosedError)
  })
})

describe('a key server gains at most the price of one epoch', () => {
  /** The buyer asks the lying server for the keys of ten epochs. Returns the payments minus the price of the epochs that the buyer got, in wei. */
  async function lossTo(change: (answer: Message) => Message | Promise<Message>): Promise<bigint> {
    const seller = lying(sellerOf(await openShop(stream, { chequebook })), change)
    const { buyer, paid } = await openBuyer(stream, [seller], { chequebook })
    let got = 0n
    for (let epoch = 2n; epoch < 12n; epoch++)
      await segmentOf(epoch)
        .then((segment) => buyer.key(segment))
        .then(
          () => got++,
          () => undefined,
        )
    return paid.reduce((sum, amount) => sum + amount, 0n) - got * 100n
  }

  const refusal = (answer: Message, change: object): Message =>
    ({ type: 'refusal', epoch: answer.type === 'request' ? 0n : answer.epoch, ...change }) as Message

  test.each<[string, (answer: Message) => Message | Promise<Message>]>([
    [
      'takes the cheque and says that the epoch is not paid',
      (answer) => refusal(answer, { reason: 'unpaid', missing: 100n, counted: 10n ** 9n, credit: 0n }),
    ],
    [
      'says that it never got the cheque',
      (answer) => refusal(answer, { reason: 'unpaid', missing: 100n, counted: 0n, credit: 0n }),
    ],
    [
      'takes the cheque and says that it has no key',
      (answer) =>
        answer.type === 'keys'
          ? refusal(answer, { reason: 'no-key', missing: 0n, counted: answer.counted, credit: 0n })
          : answer,
    ],
    [
      'asks for more than the signed price',
      (answer) => (answer.type === 'refusal' ? { ...answer, missing: 5_000n } : answer),
    ],
    [
      'sends damaged keys',
      (answer) =>
        answer.type === 'keys'
          ? { ...answer, envelope: { ...answer.envelope, data: answer.envelope.data.map((byte) => byte ^ 1) } }
          : answer,
    ],
  ])('if it %s', async (_, change) => {
    const loss = await lossTo(change)
    expect(loss).toBeLessThanOrEqual(100n)
  })

  test('if it sells wrong keys', async () => {
    let publicKey: Hex = '0x'
    const honest = sellerOf(await openShop(stream, { chequebook }))
    const seller: KeySeller = {
      ...honest,
      async ask(bytes, signal) {
        const request = decode(bytes)
        if (request?.type === 'request') publicKey = request.request.publicKey
        const answer = decode(await honest.ask(bytes, signal)) as Message
        if (answer.type !== 'keys') return encode(answer)
        const purpose = { streamId: stream.streamId, epoch: answer.epoch, publicKey }
        return encode({ ...answer, envelope: await KeyEnvelope.close([EpochKey.random()], purpose) })
      },
    }
    const { buyer, paid } = await openBuyer(stream, [seller], { chequebook })
    for (let epoch = 2n; epoch < 8n; epoch++)
      await expect(buyer.key(await segmentOf(epoch))).rejects.toThrow(NotSoldError)
    expect(paid).toEqual([100n])
  })
})
