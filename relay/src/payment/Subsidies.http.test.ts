import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ChequebookModel, domain } from '../../testbeds/chequebook'
import { startGateway } from '../../testbeds/gateway'
import { balance } from '../../testbeds/payments'
import { createSubsidy, type SubsidisedStream } from '../../testbeds/subsidies'
import * as Relay from '../client/Relay'
import { clientAddress } from '../gateway/clientAddress'
import { HttpPayer } from './HttpPayer'
import { HttpSeller } from './HttpSeller'

const data = randomBytes(40_000)
const signal = new AbortController().signal

let nowMs: number
let stream: SubsidisedStream
let gateway: Awaited<ReturnType<typeof startGateway>>
let seller: HttpSeller | undefined
beforeEach(async () => {
  nowMs = 1_000_000
  stream = createSubsidy({ chequebook: new ChequebookModel(), nowMs: () => nowMs })
  gateway = await startGateway({ sales: () => seller, addressOf: clientAddress(['127.0.0.1']) })
})
afterEach(async () => {
  stream.close()
  await gateway.stop()
})

/** Lets this number of seconds pass, and lets the peers do all that is due. */
async function pass(seconds: number) {
  nowMs += seconds * 1_000
  await stream.pass()
}

test('an admitted viewer gets bytes over HTTP at the expense of the sponsor, and acknowledges them in the mesh', async () => {
  const [sponsor, relay] = [await stream.openSponsor(), await stream.openRelay()]
  const [guest, stranger] = [await stream.openViewer(), await stream.openViewer()]
  stream.connect(relay, sponsor)
  stream.connect(relay, guest)
  await stream.pass()
  const { account: signer, payments } = relay
  seller = await HttpSeller.open({ payments, domain, signer, serviceUri: gateway.url, nowMs: () => nowMs })
  const { dataHash } = await (await gateway.addStream()).publish({ sequenceNumber: 0n, data })
  const payers = [guest, stranger].map(
    ({ payments, account }) => new HttpPayer({ payments, signer: account, domain, isRelay: () => true }),
  )
  const [guests, strangers] = payers.map((payer) => Relay.at(gateway.url, payer.fetch) as Relay.Relay)
  const get = async (from: Relay.Relay | undefined) => Relay.payload(from as Relay.Relay, { dataHash, signal })

  for (let round = 0; round < 20; round++) {
    const body = await get(guests)
    expect(body?.loadedBytes).toBe(data.length)
    Relay.checked(guests as Relay.Relay, data.length)
    await pass(3)
  }
  await expect(get(strangers)).rejects.toThrow()
  for (let turn = 0; turn < 8; turn++) await pass(10)
  const got = BigInt(20 * data.length)
  expect([sponsor.desk.spent, sponsor.payments.spent, guest.payments.spent]).toEqual([got, got, 0n])
  expect(relay.cashier.heldOf(sponsor.account.address.toLowerCase())).toBe(got)
  expect(balance(relay, guest)).toBe(-balance(guest, relay))
  for (const payer of payers) payer.close()
})
