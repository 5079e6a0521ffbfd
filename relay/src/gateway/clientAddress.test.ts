import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { clientAddress, ProxyError } from './clientAddress'

/** Finds the client's address in a request that `peer` has sent. `forwarded`: the header X-Forwarded-For of the request. */
const found = (trusted: readonly string[], peer: string, forwarded?: string | string[]) =>
  clientAddress(trusted)({
    socket: { remoteAddress: peer } as IncomingMessage['socket'],
    headers: { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded as string }) },
  })

describe('clientAddress', () => {
  it('believes X-Forwarded-For only from a trusted proxy', () => {
    expect(found([], '127.0.0.1', '203.0.113.7')).toBe('127.0.0.1')
    expect(found(['127.0.0.1'], '198.51.100.1', '203.0.113.7')).toBe('198.51.100.1')
    expect(found(['127.0.0.1'], '127.0.0.1', '203.0.113.7')).toBe('203.0.113.7')
  })

  it('returns the last address in X-Forwarded-For that is not a trusted proxy, so a client cannot invent its address', () => {
    expect(found(['10.0.0.0/8'], '10.0.0.1', '1.2.3.4, 203.0.113.7, 10.0.0.2')).toBe('203.0.113.7')
    expect(found(['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3')
    expect(found(['10.0.0.0/8'], '10.0.0.1', 'nonsense, 10.0.0.2')).toBe('10.0.0.2')
    expect(found(['10.0.0.0/8'], '10.0.0.1')).toBe('10.0.0.1')
  })

  it('reads IPv6, and IPv4 inside IPv6', () => {
    expect(found(['::1', '127.0.0.1'], '::ffff:127.0.0.1', '::ffff:203.0.113.7')).toBe('203.0.113.7')
    expect(found(['fd00::/8'], 'fd00::1', '2001:db8::7')).toBe('2001:db8::7')
  })

  it.each([
    ['203.0.113.7:51234', '203.0.113.7'],
    ['[2001:db8::7]:443', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['203.0.113.7:51234, 10.0.0.2:80', '203.0.113.7'],
    ['203.0.113.7:, 10.0.0.2', '10.0.0.2'],
  ])('reads addresses with a port or brackets: %s', (forwarded, client) => {
    expect(found(['10.0.0.0/8'], '10.0.0.1', forwarded)).toBe(client)
  })

  it.each(['nginx', '10.0.0.0/33', '10.0.0.0/', '300.1.1.1'])('refuses the setting %s', (text) => {
    expect(() => clientAddress([text])).toThrow(ProxyError)
  })
})
