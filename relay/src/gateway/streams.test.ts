import { expect, test } from 'vitest'
import { Polls } from './streams'

test('a limited number of requests of one address wait; all IPv6 addresses with the same first 64 bits count as one address', async () => {
  const polls = new Polls({ maxPerAddress: 2 })
  const waiting = new Set<string>()
  const ends: (() => void)[] = []
  const hold = (address: string) =>
    polls.hold(address, () => {
      waiting.add(address)
      return new Promise<void>((resolve) => ends.push(resolve))
    })
  const held = ['2001:db8::1', '2001:db8::2'].map(hold)
  await hold('2001:db8::ffff:3')
  held.push(...['2001:db8:0:1::1', '203.0.113.1', '203.0.113.2'].map(hold))
  expect([...waiting]).toEqual(['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1', '203.0.113.1', '203.0.113.2'])
  for (const end of ends) end()
  await Promise.all(held)
  void hold('2001:db8::3')
  expect(waiting).toContain('2001:db8::3')
})
