import { Cheque, KeyRequest, KeyServer } from '@lp/contracts/protocol'
import type { PrivateKeyAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { ChequebookModel, domain as chequeDomain } from '../../testbeds/chequebook'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { newKey, openShop, paidStream } from '../../testbeds/keys'
import { KilledError, MemoryStore } from '../../testbeds/paymentStore'
import { domain } from '../../testbeds/stream'
import * as KeyEnvelope from './KeyEnvelope'
import type { Message } from './messages'

const runs = seeds(40)
const steps = 15

/** `best`: the `cumulative` of the highest cheque that the shop has held. `released`: the epochs whose keys the buyer has got. */
type Buyer = { account: PrivateKeyAccount; best: bigint; released: Set<bigint> }

/**
 * Sends honest and hostile requests, some at the same time, and crashes the shop. The shop releases an epoch when it sends the keys of the
 * epoch. The shop must not release more epochs to a buyer than the cheque of this buyer pays for. It must release every epoch that an
 * honest buyer has paid for.
 */
test(`the shop sends a key if and only if its epoch is paid, in ${runs.length} random histories`, {
  timeout: 120_000,
}, async () => {
  let [sold, refused, crashes] = [0, 0, 0]
  for (const seed of runs) {
    const random = randomFrom(seed)
    const chequebook = new ChequebookModel()
    const stream = await paidStream({ epochs: 12 })
    const { cost, streamId, price } = stream
    const server = newKey()
    const pair = await KeyEnvelope.createKeyPair()
    const buyers: Buyer[] = [newKey(), newKey()].map((account) => ({ account, best: 0n, released: new Set() }))
    for (const { account } of buyers) chequebook.deposit(account.address, BigInt(random(12)) * cost)
    const open = (entries: ReadonlyMap<string, string>) => {
      const crash = random(3) === 0 ? { killAt: 1 + random(8), isStored: random(2) === 0 } : {}
      const store = new MemoryStore(entries, crash)
      const onFault = (error: Error) => {
        if (!(error instanceof KilledError)) throw error
        crashes++
      }
      return openShop(stream, { chequebook, server, store, onFault })
    }
    let counter = await open(new Map())
    const channelOf = ({ address: issuer }: PrivateKeyAccount) =>
      KeyServer.channelOf(counter.appointment, { issuer, price })

    const ask = async (buyer: Buyer, epoch: bigint): Promise<Message> => {
      const { account } = buyer
      const kind = random(8)
      const cumulative = kind < 4 ? buyer.best + BigInt(1 + random(3)) * (cost / 2n) : BigInt(random(6)) * cost
      const channel = channelOf(account)
      const signer = kind === 5 ? newKey() : account
      const payment =
        kind === 7 || cumulative === 0n
          ? undefined
          : await Cheque.sign({ ...channel, cumulative }, signer, chequeDomain)
      const owner = kind === 6 ? newKey() : account
      const content = { streamId, epoch, server: server.address, issuer: account.address, publicKey: pair.publicKey }
      const request = await KeyRequest.sign(content, owner, domain)
      const answer = await counter.shop.answer({ type: 'request', request, payment })
      if (answer.type === 'keys') {
        expect(kind).not.toBe(6)
        buyer.released.add(epoch)
        sold++
      } else refused++
      return answer
    }

    for (let step = 0; step < steps; step++) {
      const wave = Array.from({ length: 1 + random(3) }, () => {
        const buyer = buyers[random(buyers.length)] as Buyer
        return ask(buyer, BigInt(random(14)))
      })
      await Promise.all(wave)
      if (counter.store.puts > 8 && random(2) === 0) counter = await open(counter.store.entries)
      for (const buyer of buyers) {
        const held = counter.till.heldIn(channelOf(buyer.account))?.cheque.cumulative ?? 0n
        if (held > buyer.best) buyer.best = held
        const paid = BigInt(buyer.released.size) * cost
        if (paid > held) throw new RangeError(`seed ${seed}, step ${step}: ${paid} wei sold for ${held}`)
      }
    }

    // The shop starts again, and does not crash. Each buyer asks for all epochs. The shop sends the keys of as many epochs as the cheque
    // of the buyer pays for. The epochs whose keys the buyer has got before are among them.
    counter = await openShop(stream, { chequebook, server, store: new MemoryStore(counter.store.entries) })
    for (const buyer of buyers) {
      const { account, released } = buyer
      const held = counter.till.heldIn(channelOf(account))?.cheque.cumulative ?? 0n
      const epochs = await Promise.all(
        Array.from({ length: 12 }, async (_, epoch) => {
          const content = { streamId, epoch: BigInt(epoch), server: server.address, issuer: account.address }
          const request = await KeyRequest.sign({ ...content, publicKey: pair.publicKey }, account, domain)
          const answer = await counter.shop.answer({ type: 'request', request, payment: undefined })
          return answer.type === 'keys' ? BigInt(epoch) : undefined
        }),
      )
      const got = epochs.filter((epoch) => epoch !== undefined)
      for (const epoch of released) expect({ seed, got }).toEqual({ seed, got: expect.arrayContaining([epoch]) })
      const affordable = Number(held / cost)
      expect({ seed, epochs: got.length }).toEqual({ seed, epochs: Math.min(affordable, 12) })
    }
  }
  expect(Math.min(sold, refused)).toBeGreaterThan(runs.length)
  expect(crashes).toBeGreaterThan(0)
})
