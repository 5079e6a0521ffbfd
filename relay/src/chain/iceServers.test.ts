import { expect, test } from 'vitest'
import { iceServersOf } from './iceServers'

test('the ICE servers of a stream are the relays of at most two candidates, and then the servers that the operator of the page adds', () => {
  const address = `0x${'11'.repeat(20)}` as const
  const uris = ['https://one.example', undefined, 'http://two.example:9000', 'https://three.example']
  const candidates = uris.map((serviceUri) => ({ address, serviceUri }))
  const turn = { urls: 'turn:turn.example', username: 'u', credential: 'c' }
  const relays = [{ urls: 'stun:one.example:8935' }, { urls: 'stun:two.example:9000' }]
  expect(iceServersOf(candidates)).toEqual(relays)
  expect(iceServersOf(candidates, { iceServers: [turn] })).toEqual([...relays, turn])
})
