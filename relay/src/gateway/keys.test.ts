import { afterEach, describe, expect, it } from 'vitest'
import { ChequebookModel } from '../../testbeds/chequebook'
import { startGateway } from '../../testbeds/gateway'
import { openBuyer, openShop, paidStream } from '../../testbeds/keys'
import * as Relay from '../client/Relay'
import type { KeyDesk } from '../mesh/KeyTalk'

let gateway: Awaited<ReturnType<typeof startGateway>>
afterEach(() => gateway.stop())

const { signal } = new AbortController()
const post = (body: Uint8Array<ArrayBuffer>) => fetch(`${gateway.url}/keys`, { method: 'POST', body })

/** A key server over HTTP, and a viewer that can reach it only over HTTP. */
async function open() {
  const chequebook = new ChequebookModel()
  const stream = await paidStream()
  const shop = await openShop(stream, { chequebook })
  const keyDesk: KeyDesk = (question) => shop.shop.answerBytes(question)
  gateway = await startGateway({ keyDesk })
  const at = Relay.at(gateway.url, fetch) as Relay.Relay
  const ask = async (content: Uint8Array) => (await Relay.keys(at, { content, signal })) as Uint8Array
  const { buyer, paid } = await openBuyer(stream, [{ appointment: shop.appointment, ask }], { chequebook })
  return { stream, buyer, paid }
}

describe('POST /keys', () => {
  it('sells the keys of an epoch for a cheque, and gives these keys again without a second cheque', async () => {
    const { stream, buyer, paid } = await open()
    await buyer.buy(3n)
    await buyer.buy(3n)
    expect(buyer.epochs).toBe(1)
    expect(paid).toEqual([stream.cost])
  })

  it('refuses a body that is no request, and a body that is too long, each in one sentence', async () => {
    await open()
    const foreign = await post(Uint8Array.of(1, 2, 3))
    expect([foreign.status, await foreign.json()]).toEqual([
      400,
      {
        error: 'This is no request for the keys of a paid stream.',
        nextStep: 'Send a request in the form of decision 050.',
      },
    ])
    const long = await post(new Uint8Array(5_000))
    expect([long.status, (await long.json()).error]).toEqual([413, 'The body of the request is too long.'])
  })

  it('answers 404 at a relay that sells no keys', async () => {
    gateway = await startGateway()
    const at = Relay.at(gateway.url, fetch) as Relay.Relay
    expect(await Relay.keys(at, { content: Uint8Array.of(1), signal })).toBeUndefined()
  })
})
