import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { domain } from '../../testbeds/chequebook'
import { mutate, randomFrom, seeds } from '../../testbeds/fuzz'
import { budget, openTrader, paidTerms, Wire } from '../../testbeds/payments'
import { Customer, offerOf, openShop, type Shop } from '../../testbeds/shop'
import { signAsPayer } from '../payment/HttpHello'
import { freeTerms } from '../payment/Terms'

const data = randomBytes(50_000)
const threshold = 400_000n
const stranger = privateKeyToAccount(generatePrivateKey())

let shop: Shop
let path: string
let playlist: string
afterEach(() => shop.close())

async function open(options: Parameters<typeof openShop>[0] = {}) {
  shop = await openShop(options)
  const stream = await shop.addStream()
  const { dataHash } = await stream.publish({ sequenceNumber: 0n, data })
  path = `/payload/${dataHash}`
  playlist = `/hls/${stream.streamId}/source/index.m3u8`
  return stream
}
/** A customer that has said hello. */
async function known(options?: ConstructorParameters<typeof Customer>[1]) {
  const customer = new Customer(shop, options)
  await customer.hello(await customer.offer(path))
  return customer
}
const statusOf = async (response: Promise<Response>) => {
  const { status, body } = await response
  await body?.cancel()
  return status
}
const bytesOf = async (response: Promise<Response>) => (await (await response).arrayBuffer()).byteLength
const free = (burstBytes: number, others = burstBytes) => ({
  ...paidTerms,
  free: {
    each: { bytesPerSecond: 10_000, burstBytes },
    contributors: { bytesPerSecond: 0, burstBytes: 0 },
    others: { bytesPerSecond: 10_000, burstBytes: others },
  },
})

describe('a relay with a price', () => {
  beforeEach(() => open())

  it('answers 402 with its price, its key, the chain and the chequebook, in the form of x402', async () => {
    const response = await new Customer(shop).get(path)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const { accepts, ...rest } = await response.json()
    expect([response.status, rest]).toEqual([
      402,
      {
        error: 'The free bytes for the network address of this client are used up.',
        nextStep: 'Send a cheque to POST /cheques (a byte costs 1 wei), or wait for more free bytes.',
        x402Version: 2,
        resource: { url: `${shop.url}${path}` },
      },
    ])
    expect(accepts).toMatchObject([
      {
        ...{ scheme: 'lp-cheque', network: 'eip155:31337', amount: '50000', payTo: shop.relay.account.address },
        asset: '0x0000000000000000000000000000000000000000',
        extra: { chequebook: domain.chequebook, weiPerByte: '1', owed: '0', credit: '0', payer: null, splitBps: 0 },
      },
    ])
  })

  it('serves the payload of a drawn segment without payment, because a verifier pays nothing', async () => {
    const customer = new Customer(shop)
    expect(await statusOf(customer.get(path))).toBe(402)
    await shop.payloads.disclose(path.split('/').at(-1) as Hex)
    expect(await bytesOf(customer.get(path))).toBe(data.length)
  })

  it('serves playlists, status and health, and answers HEAD requests, without payment', async () => {
    const customer = new Customer(shop)
    for (const free of [playlist, '/status', '/healthz']) expect(await statusOf(customer.get(free))).toBe(200)
    expect(await statusOf(customer.get(path, { method: 'HEAD' }))).toBe(200)
  })

  it('sends bytes to a customer that has paid, and charges for the bytes that it has written', async () => {
    const customer = await known()
    expect(await statusOf(customer.get(path))).toBe(402)
    const answer = await customer.hand(await customer.cheque(60_000n))
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { owed: '-60000', credit: '60000', accepted: '60000', given: '0' },
    ])
    expect(await bytesOf(customer.get(path))).toBe(data.length)
    expect(customer.owed).toBe(-10_000n)
    // The relay gives the customer credit: as much as the customer has paid so far.
    const response = await customer.get(path)
    expect([response.headers.get('lp-given'), response.headers.get('cache-control')]).toEqual(['0', 'no-store'])
    expect(await bytesOf(Promise.resolve(response))).toBe(data.length)
    const { owed, payer, amount } = await customer.offer(path)
    expect([owed, amount, payer]).toEqual([40_000n, 90_000n, customer.account.address.toLowerCase()])
  })

  it('charges for each byte of parts, pieces and ranges', async () => {
    const stream = await shop.addStream()
    await stream.publish({ sequenceNumber: 4n, data })
    const customer = await known()
    await customer.hand(await customer.cheque(300_000n))
    const paid: [string, number][] = [
      [`/segments/${stream.streamId}/4?bytes=100-1099`, 1_000],
      [`/hls/${stream.streamId}/source/4.ts`, data.length],
      [`/hls/${stream.streamId}/source/4.0.ts`, data.length],
    ]
    for (const [sold, bytes] of paid) {
      const before = customer.owed
      expect([sold, await bytesOf(customer.get(sold))]).toEqual([sold, bytes])
      expect(customer.owed - before).toBe(BigInt(bytes))
    }
    const before = customer.owed
    const bytes = await bytesOf(customer.get(`/segments/${stream.streamId}/4?of=${data.length}&pieces=0,1.900`))
    expect(customer.owed - before).toBe(BigInt(bytes))
  })

  it('refuses a cheque that has a lower sum, is forged, or is for another relay or chain; a cheque that is sent again adds nothing', async () => {
    const customer = await known()
    const first = await customer.cheque(10_000n)
    const second = await customer.cheque(10_000n)
    expect(await statusOf(customer.hand(second))).toBe(200)
    // A cheque that is sent again is not an error, and adds nothing.
    expect(await (await customer.hand(second)).json()).toMatchObject({ accepted: '20000', owed: '-20000' })
    const refused = [
      ['lower', first],
      ['signer', await customer.cheque(10_000n, { signer: stranger })],
      ['channel', await customer.cheque(10_000n, { beneficiary: stranger.address })],
      ['signer', await customer.cheque(10_000n, { in: { ...domain, chainId: 1 } })],
      ['signer', await customer.cheque(10_000n, { in: { ...domain, chequebook: stranger.address } })],
      ['insolvent', await customer.cheque(10n ** 12n)],
    ] as const
    for (const [reason, cheque] of refused) {
      const response = await customer.hand(cheque)
      const answer = await response.json()
      expect([response.status, answer]).toMatchObject([402, { reason, accepted: '20000', owed: '-20000' }])
      expect([answer.error, answer.nextStep]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)])
    }
  })

  it('takes cheques only from a customer that has said hello', async () => {
    const customer = new Customer(shop)
    const response = await customer.hand(await customer.cheque(10_000n))
    expect([response.status, (await response.json()).challenge]).toEqual([403, expect.stringMatching(/^0x/)])
  })

  it('keeps debt and reservations within the threshold when one customer sends a hundred requests at once', async () => {
    const customer = await known()
    await customer.hand(await customer.cheque(500_000n))
    const { ledger } = customer
    let most = 0n
    const look = () => {
      const debt = ledger.debt + ledger.reserved
      if (debt > most) most = debt
    }
    shop.gateway.server.prependListener('request', (_, response) => response.on('close', look))
    const asked = Array.from({ length: 100 }, async () => {
      const response = await customer.get(path)
      look()
      return response.status === 200 ? bytesOf(Promise.resolve(response)) : (await response.arrayBuffer()) && 0
    })
    const bytes = (await Promise.all(asked)).reduce((sum, length) => sum + length, 0)
    expect(most <= threshold).toBe(true)
    expect(bytes).toBe(18 * data.length)
    expect([customer.owed, ledger.reserved]).toEqual([400_000n, 0n])
  })

  it('if a customer leaves, charges only for the bytes that were written, and keeps nothing reserved', async () => {
    const stream = await shop.addStream()
    const { dataHash } = await stream.publish({ sequenceNumber: 0n, data: randomBytes(8_000_000) })
    const customer = await known()
    const { ledger } = customer
    await customer.hand(await customer.cheque(9_000_000n))
    const closed = new Promise((resolve) =>
      shop.gateway.server.once('request', (_, response) => response.once('close', resolve)),
    )
    const socket = connect(Number(new URL(shop.url).port), '127.0.0.1')
    socket.write(`GET /payload/${dataHash}?payer=${customer.token} HTTP/1.1\r\nHost: relay\r\n\r\n`)
    await new Promise((resolve) => socket.once('data', resolve))
    expect(ledger.reserved > 0n).toBe(true)
    socket.destroy()
    await closed
    expect(ledger.reserved).toBe(0n)
    expect(customer.owed <= -1_000_000n).toBe(true)
    expect(shop.faults).toEqual([])
  })

  it('has one balance with a customer over HTTP and in the mesh', async () => {
    const { chequebook, relay } = shop
    const payer = await openTrader({ chequebook, budget, nowMs: () => shop.clock.ms })
    const customer = new Customer(shop, { account: payer.account })
    const wire = new Wire(relay, payer)
    await wire.quiet()
    expect(wire.piece(relay, 16_384)).toBe(false)
    await wire.quiet()
    // In the mesh, the customer has paid a quarter of a step (`Budget.step`) in advance.
    expect(customer.owed).toBe(-50_000n)
    await customer.hello(await customer.offer(path))
    expect(await bytesOf(customer.get(path))).toBe(data.length)
    expect(customer.owed).toBe(0n)
    expect(wire.piece(relay, 16_384)).toBe(true)
    expect(customer.owed).toBe(16_384n)
    expect((await customer.offer(path)).owed).toBe(16_384n)
    wire.close()
    payer.payments.close()
  })
})

describe('the identity of a customer', () => {
  beforeEach(() => open())

  it('is useless at another network address: the relay ignores a stolen token, and refuses a stolen hello', async () => {
    const customer = await known({ address: '192.0.2.1' })
    const { challenge } = await customer.offer(path)
    await customer.hand(await customer.cheque(100_000n))
    const thief = new Customer(shop, { address: '192.0.2.2', account: customer.account })
    const stolen = await offerOf(await thief.get(path, { token: customer.token }))
    expect([stolen.payer, stolen.owed]).toEqual([undefined, 0n])
    thief.token = customer.token
    expect(await statusOf(thief.hand(await customer.cheque(1n)))).toBe(403)
    expect(await statusOf(thief.hello({ challenge, serviceUri: shop.url }))).toBe(403)
    expect(customer.owed).toBe(-100_000n)
  })

  it('is valid for all IPv6 addresses with the same first 64 bits, and for no other network address', async () => {
    const customer = await known({ address: '2001:db8:1:2::1' })
    const neighbour = new Customer(shop, { address: '2001:db8:1:2:ffff::9' })
    const other = new Customer(shop, { address: '2001:db8:1:3::1' })
    const payerFor = async (asker: Customer) => (await offerOf(await asker.get(path, { token: customer.token }))).payer
    expect([await payerFor(neighbour), await payerFor(other)]).toEqual([
      customer.account.address.toLowerCase(),
      undefined,
    ])
  })

  it('cannot be guessed or changed', async () => {
    const { token } = await known()
    const guesses = ['', '0'.repeat(token.length), token.toUpperCase(), `${token}0`, token.slice(1)]
    const random = randomFrom(1)
    for (let guess = 0; guess < 50; guess++) {
      const at = random(token.length)
      const digit = ((Number.parseInt(token[at] as string, 16) + 1 + random(15)) % 16).toString(16)
      guesses.push(token.slice(0, at) + digit + token.slice(at + 1))
    }
    for (const guess of guesses)
      expect((await offerOf(await new Customer(shop).get(path, { token: guess }))).payer).toBe(undefined)
  })

  it('is refused if the hello names another relay, or a payer that did not sign it', async () => {
    const customer = new Customer(shop)
    const { challenge } = await customer.offer(path)
    expect(await statusOf(customer.hello({ challenge, serviceUri: 'https://other.example' }))).toBe(403)
    const other = new Customer(shop)
    const signed = await customer.account.signMessage({ message: 'hello' })
    const forged = { payer: other.account.address, challenge, signature: signed }
    expect(await statusOf(customer.post('/payers', forged))).toBe(403)
  })

  it('ends after an hour', async () => {
    const customer = await known()
    shop.clock.ms += 3_599_000
    expect((await customer.offer(path)).payer).toBe(customer.account.address.toLowerCase())
    shop.clock.ms += 2_000
    expect((await customer.offer(path)).payer).toBe(undefined)
  })
})

describe('the free allowance', () => {
  it('is enough for a client without a wallet, until it is used up, and grows again', async () => {
    await open({ terms: free(150_000) })
    const customer = new Customer(shop)
    for (const _ of [1, 2, 3]) expect(await bytesOf(customer.get(path))).toBe(data.length)
    expect(await statusOf(customer.get(path))).toBe(402)
    shop.clock.ms += 5_000
    expect(await bytesOf(customer.get(path))).toBe(data.length)
  })

  it('is shared by all clients of an address', async () => {
    await open({ terms: free(150_000, 1_000_000) })
    const [one, other] = [new Customer(shop), new Customer(shop)]
    for (const client of [one, other, one]) expect(await bytesOf(client.get(path))).toBe(data.length)
    expect(await statusOf(other.get(path))).toBe(402)
  })

  it('gives a thousand addresses together no more than the shared pool', async () => {
    await open({ terms: free(150_000, 500_000) })
    let bytes = 0
    for (let client = 0; client < 1_000; client++) {
      const sale = shop.seller.sell({ token: undefined, network: `10.0.${client}` }, { byteLength: data.length, path })
      if ('required' in sale) continue
      if (sale.sent(data.length)) bytes += data.length
      sale.end()
    }
    expect(bytes <= 500_000 && bytes >= 350_000).toBe(true)
    expect(await statusOf(new Customer(shop).get(path))).toBe(402)
  })

  it('is reported to a customer with a token, because the customer owes nothing for these bytes', async () => {
    await open({ terms: free(150_000, 1_000_000) })
    const customer = new Customer(shop)
    for (const _ of [1, 2, 3]) await bytesOf(customer.get(path))
    await customer.hello(await customer.offer(path))
    const response = await customer.get(path)
    const given = Number(response.headers.get('lp-given'))
    expect(given >= data.length).toBe(true)
    await response.arrayBuffer()
    expect(customer.owed).toBe(BigInt(data.length - given))
  })
})

describe('POST /payers and POST /cheques', () => {
  it('take only POST requests with a body of the right length and form, and the path of a payload takes no POST request', async () => {
    await open()
    const customer = new Customer(shop)
    expect(await statusOf(customer.post(path, ''))).toBe(405)
    expect(await statusOf(customer.get('/cheques'))).toBe(405)
    expect(await statusOf(customer.post('/cheques', 'x'.repeat(5_000)))).toBe(413)
    expect(await statusOf(customer.post('/cheques', ''))).toBe(400)
  })

  it('can be sent by every page, and every page can read the header `lp-given`', async () => {
    await open()
    const response = await fetch(`${shop.url}/cheques`, { method: 'OPTIONS' })
    expect(response.headers.get('access-control-allow-methods')).toContain('POST')
    expect((await fetch(`${shop.url}${path}`)).headers.get('access-control-expose-headers')).toContain('lp-given')
  })

  it('answer every body with a sentence, and never take a cheque that was changed', async () => {
    await open()
    const customer = await known()
    const cheque = await customer.cheque(10_000n)
    const bytes = new TextEncoder().encode(JSON.stringify({ ...cheque, cumulative: `${cheque.cumulative}` }))
    for (const seed of seeds(500)) {
      const random = randomFrom(seed)
      let body = bytes
      for (let changes = 0; changes <= random(3); changes++) body = mutate(random, body) as typeof bytes
      // A customer may send a cheque every two seconds.
      shop.clock.ms += 2_000
      const text = new TextDecoder().decode(body)
      const reply = await shop.seller.cheque(text, { token: customer.token, network: '127.0.0.1' })
      const answer = JSON.parse(reply.body)
      if (reply.status === 200) expect(answer.accepted).toBe('10000')
      else expect(answer).toMatchObject({ error: expect.stringMatching(/\.$/), nextStep: expect.stringMatching(/\.$/) })
    }
    expect([-10_000n, 0n]).toContain(customer.owed)
  }, 60_000)

  it('answer every hello with a sentence, and give no token for a hello that was changed', async () => {
    await open()
    const customer = new Customer(shop)
    const { challenge, serviceUri } = await customer.offer(path)
    const payer = customer.account.address
    const signature = await signAsPayer({ serviceUri, payer, challenge }, customer.account, domain)
    const statement = { isKnown: true, balance: '-5', held: '0', acknowledged: '7' }
    const bytes = new TextEncoder().encode(JSON.stringify({ payer, challenge, signature, statement }))
    for (const seed of seeds(500)) {
      const body = new TextDecoder().decode(mutate(randomFrom(seed), bytes))
      shop.clock.ms += 100
      const reply = await shop.seller.hello(body, '127.0.0.1')
      const answer = JSON.parse(reply.body)
      if (reply.status === 200) expect(answer.token.slice(0, 40)).toBe(payer.slice(2).toLowerCase())
      else expect(answer.error).toMatch(/\.$/)
    }
    // The relay believes a statement of a payer only if the statement does not lower the payer's debt.
    expect(customer.owed >= 0n).toBe(true)
  }, 60_000)

  it('are limited for each address', async () => {
    await open()
    const customer = new Customer(shop, { address: '192.0.2.7' })
    const statuses = await Promise.all(Array.from({ length: 80 }, () => statusOf(customer.post('/cheques', '{}'))))
    expect([statuses.filter((status) => status === 400).length >= 50, statuses.includes(429)]).toEqual([true, true])
    expect(await statusOf(new Customer(shop, { address: '192.0.2.8' }).post('/cheques', '{}'))).toBe(400)
  })
})

describe('a relay without a price', () => {
  it('demands no payment, and its answers have no header about payments', async () => {
    await open({ terms: freeTerms })
    const response = await new Customer(shop).get(path)
    expect([response.status, response.headers.get('lp-given')]).toEqual([200, null])
    expect(response.headers.get('cache-control')).toContain('immutable')
    await response.arrayBuffer()
  })
})
