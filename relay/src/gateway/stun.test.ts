import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, type Stun, startStun } from './stun'

const transaction = 'b7e7a701bc34d686fa87dfae'
const request = Buffer.from(`000100002112a442${transaction}`, 'hex')

describe('answer', () => {
  it.each([
    // The address and port of RFC 5769, sections 2.2 and 2.3.
    ['IPv4', '192.0.2.1', '0020' + '0008' + '0001' + 'a147' + 'e112a643'],
    ['IPv6', '2001:db8:1234:5678:11:2233:4455:6677', '00200014' + '0002a147' + '0113a9faa5d3f179bc25f4b5bed2b9d9'],
  ] as const)('contains the address of the sender: %s', (_, address, attribute) => {
    const response = answer(request, { address, port: 32_853 })
    const length = (attribute.length / 2).toString(16).padStart(4, '0')
    expect(response?.toString('hex')).toBe(`0101${length}2112a442${transaction}${attribute}`)
  })

  it('contains an IPv4 address, also when the socket reports this address in IPv6 form', () => {
    const plain = answer(request, { address: '192.0.2.1', port: 1 })
    expect(answer(request, { address: '::ffff:192.0.2.1', port: 1 })).toEqual(plain)
  })

  it('contains the whole IPv6 address when the socket reports a short form', () => {
    const long = answer(request, { address: '0:0:0:0:0:0:0:1', port: 1 })
    expect(answer(request, { address: '::1', port: 1 })).toEqual(long)
    expect(answer(request, { address: 'fe80::1%eth0', port: 1 })?.length).toBe(44)
  })

  it.each([
    ['no bytes', Buffer.alloc(0)],
    ['fewer bytes than a header', request.subarray(0, 19)],
    ['another method', Buffer.concat([Buffer.from('0003', 'hex'), request.subarray(2)])],
    ['the type of an answer', Buffer.concat([Buffer.from('0101', 'hex'), request.subarray(2)])],
    ['no cookie', Buffer.concat([request.subarray(0, 4), Buffer.alloc(16)])],
    ['a wrong length', Buffer.concat([request, Buffer.alloc(4)])],
  ])('is undefined for a packet with %s', (_, bytes) => {
    expect(answer(bytes, { address: '192.0.2.1', port: 1 })).toBeUndefined()
  })

  it('is not sent to port 0, which only a forged request can name', () => {
    expect(answer(request, { address: '192.0.2.1', port: 0 })).toBeUndefined()
  })
})

describe('startStun', () => {
  let stun: Stun
  beforeAll(async () => {
    stun = await startStun({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => stun.close())

  it('answers Binding requests over UDP, and no other packet', async () => {
    const client = createSocket('udp4')
    client.send(Buffer.from('noise'), stun.port, '127.0.0.1')
    client.send(request, stun.port, '127.0.0.1')
    const [response, { port }] = await once(client, 'message')
    expect(port).toBe(stun.port)
    expect(response).toEqual(answer(request, { address: '127.0.0.1', port: client.address().port }))
    client.close()
  })
  it('sends nothing after it is closed, because connections may still be open', async () => {
    const closed = await startStun({ host: '127.0.0.1', port: 0 })
    await closed.close()
    expect(() => closed.send(request, { address: '127.0.0.1', port: stun.port })).not.toThrow()
  })
})
