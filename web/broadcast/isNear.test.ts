import { expect, it } from 'vitest'
import { isNear, isOnThisComputer } from './isNear'

it.each([
  ...[
    'http://localhost:8935',
    'https://lp.localhost',
    'http://127.0.0.1:8935',
    'http://[::1]:8935',
    'http://relay.local',
  ],
  ...['http://10.1.2.3', 'http://172.16.0.1', 'http://172.31.9.9', 'http://192.168.1.20:8935', 'http://169.254.3.4'],
  ...['http://[fd00::1]:8935', 'http://[fe80::1]'],
])('%s is near', (uri) => expect(isNear(uri)).toBe(true))

it.each([
  ...[
    'https://relay.example',
    'https://localhost.example',
    'https://10.example',
    'http://203.0.113.7',
    'http://0.0.0.0:1',
  ],
  ...[
    'http://172.32.0.1',
    'http://192.169.1.1',
    'http://[2001:db8::1]',
    'https://fd00.example',
    'https://relay.local.example',
  ],
])('%s is not near', (uri) => expect(isNear(uri)).toBe(false))

it('only addresses of the own computer are on this computer', () => {
  const uris = [
    'http://localhost:1',
    'http://127.0.0.1',
    'http://[::1]:8935',
    'http://192.168.1.20',
    'http://relay.local',
  ]
  expect(uris.map(isOnThisComputer)).toEqual([true, true, true, false, false])
})
