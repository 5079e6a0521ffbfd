import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { localChainName } from './localChainName'

test('a local chain has one name for all names and addresses of this machine, and another name for each port and each other host', async () => {
  const own = Object.values(networkInterfaces()).flatMap((each = []) => each)
  const ipv4 = own.filter(({ family }) => family === 'IPv4').map(({ address }) => address)
  for (const host of ['localhost', '127.0.0.1', '127.0.0.2', '0.0.0.0', '[::1]', ...ipv4])
    expect(await localChainName(`http://${host}:8545/v3/key`)).toBe('local:8545')
  expect(await localChainName('http://localhost:8546')).toBe('local:8546')
  expect(await localChainName('http://localhost')).toBe('local:80')
  expect(await localChainName('https://192.0.2.1')).toBe('192.0.2.1:443')
  expect(await localChainName('http://[2001:db8::1]:8545')).toBe('2001:db8::1:8545')
})
