import { keccak256, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import vectors from '../vectors/Hello.json' with { type: 'json' }
import * as Hello from './Hello'
import * as StreamId from './StreamId'

const key = privateKeyToAccount(keccak256(toHex('key')))
const domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' } as const
const nonce = (name: string) => keccak256(toHex(name))
const connection: Hello.WebSocketConnection = {
  ...{ localNonce: nonce('ours'), remoteNonce: nonce('theirs'), serviceUri: 'https://relay.example' },
}
const hello: Hello.Hello = {
  ...{
    streamId: StreamId.random(key.address),
    connection,
    role: 'broadcaster',
    capabilities: 0n,
    paymentKey: undefined,
  },
}

describe('recover', () => {
  it.each(vectors.cases)('returns the signer of the vector $hash', async ({ hash, signature, signer, ...vector }) => {
    const { capabilities, paymentKey, streamId, ...rest } = vector
    const read = { ...rest, streamId, capabilities: BigInt(capabilities), paymentKey } as Hello.Hello
    expect(Hello.hash(read, domain)).toBe(hash)
    expect(await Hello.recover(read, signature as `0x${string}`, domain)).toBe(signer)
  })

  it.each<[string, Partial<Hello.Hello>]>([
    ['another nonce of the signer', { connection: { ...connection, localNonce: nonce('other') } }],
    ['another nonce of the receiver', { connection: { ...connection, remoteNonce: nonce('other') } }],
    ['the two nonces in the opposite order', { connection: Hello.otherEnd(connection) }],
    ['the address of another relay', { connection: { ...connection, serviceUri: 'https://relay.example/other' } }],
    [
      'the fingerprints of a WebRTC connection',
      { connection: { localFingerprint: nonce('ours'), remoteFingerprint: nonce('theirs') } },
    ],
    ['another role', { role: 'relay' }],
    ['other capabilities', { capabilities: 1n }],
    ['a payment key', { paymentKey: key.address }],
    ['another stream', { streamId: StreamId.random(key.address) }],
  ])('does not return the signer if the signed HELLO contained %s', async (_, changed) => {
    const signature = await Hello.sign({ ...hello, ...changed }, key, domain)
    expect(await Hello.recover(hello, signature, domain)).not.toBe(key.address)
  })

  it('returns undefined for a malformed signature', async () => {
    expect(await Hello.recover(hello, '0x1234', domain)).toBeUndefined()
  })
})

describe('recover of a HELLO that cannot be encoded', () => {
  it('returns undefined', async () => {
    const signature = await Hello.sign(hello, key, domain)
    expect(await Hello.recover({ ...hello, capabilities: 2n ** 64n }, signature, domain)).toBeUndefined()
  })
})

describe('otherEnd', () => {
  it.each<[string, Hello.Connection]>([
    ['WebSocket', connection],
    ['WebRTC', { localFingerprint: 'a', remoteFingerprint: 'b' }],
  ])('returns the original connection if it is called with its own result: %s', (_, connection) => {
    expect(Hello.otherEnd(connection)).not.toEqual(connection)
    expect(Hello.otherEnd(Hello.otherEnd(connection))).toEqual(connection)
  })
})
