import { describe, expect, it } from 'vitest'
import { AddressShares } from './AddressShares'

const enter = (shares: AddressShares, address: string, times: number) =>
  Array.from({ length: times }, () => shares.enter(address)).filter((leave) => leave !== undefined)

describe('the places of a server', () => {
  it('are free for many people behind one address until half of the places are taken', () => {
    expect(enter(new AddressShares(64), '203.0.113.1', 60)).toHaveLength(32)
  })

  it('are free only for addresses with less than their share, after half of the places are taken', () => {
    const shares = new AddressShares(64)
    const flood = enter(shares, '203.0.113.1', 60)
    expect(enter(shares, '203.0.113.2', 10)).toHaveLength(4)
    for (const leave of flood.slice(0, 5)) leave()
    expect(enter(shares, '203.0.113.1', 10)).toHaveLength(1)
  })

  it('are never given to more connections than there are places', () => {
    const shares = new AddressShares(64)
    const all = Array.from({ length: 100 }, (_, host) => enter(shares, `203.0.113.${host}`, 1)).flat()
    expect(all).toHaveLength(64)
    all[0]?.()
    expect(enter(shares, '203.0.113.200', 2)).toHaveLength(1)
  })

  it('are shared as if all IPv6 addresses of one network were one address', () => {
    const shares = new AddressShares(32)
    const addresses = Array.from({ length: 30 }, (_, host) => `2001:db8:0:1::${(host + 1).toString(16)}`)
    expect(addresses.filter((address) => shares.enter(address))).toHaveLength(16)
    expect(enter(shares, '2001:db8:0:2::1', 1)).toHaveLength(1)
  })
})
