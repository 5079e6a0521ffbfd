import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploymentOn } from '@lp/contracts/deployments'
import { afterAll, describe, expect, it } from 'vitest'
import { conceal } from '../node/secrets'
import {
  count,
  ether,
  freeRate,
  freeStart,
  gibibytes,
  iceServers,
  network,
  relayPrice,
  rpcUrls,
  streamIds,
  trackers,
} from './values'

describe('gibibytes, the value of --max-disk', () => {
  it('returns bytes', () => {
    expect([gibibytes('200'), gibibytes('0.5')]).toEqual([200 * 1024 ** 3, 512 * 1024 ** 2])
  })

  it.each(['', '0', '-1', '0.01', '1e3', '200 GiB', '9'.repeat(400), 'NaN'])('refuses %j', (text) => {
    expect(() => gibibytes(text)).toThrow('Write a number of GiB from 0.1 up, as in 200.')
  })
})

describe('count, the value of --max-streams', () => {
  it('returns the number', () => expect(count('4')).toBe(4))

  it.each(['', '0', '-1', '1.5', '1e3', 'four', '9'.repeat(400)])('refuses %j', (text) => {
    expect(() => count(text)).toThrow('Write a whole number from 1 up.')
  })
})

describe('the values of lp-relay relay', () => {
  it('are read in their units', () => {
    expect([relayPrice('0'), relayPrice('1000000000'), ether('0.05')]).toEqual([
      ...[0n, 1_000_000_000n, 50_000_000_000_000_000n],
    ])
    expect([freeRate('8'), freeRate('0.5'), freeStart('20')]).toEqual([1_000_000, 62_500, 20_000_000])
  })

  it.each(['', '-1', '1.5', '1e3', '1000000001', '9'.repeat(400)])('refuses the price %j', (text) => {
    expect(() => relayPrice(text)).toThrow('Write a whole number of gwei per GB from 0 to 1000000000.')
  })

  it.each(['', '-1', '1e3', '8 Mbit'])('refuses the rate and the amount %j', (text) => {
    expect(() => freeRate(text)).toThrow('Write a number of Mbit/s')
    expect(() => freeStart(text)).toThrow('Write a whole number of MB')
    expect(() => ether(text)).toThrow('Write an amount of ether')
  })

  it('collects the streams that links and ids name', () => {
    const [one, other] = [`0x${'1'.repeat(64)}`, `0x${'2'.repeat(64)}`]
    const first = streamIds(`https://lp.example/#/watch/${one}?tracker=wss%3A%2F%2Ftracker.example`)
    expect(streamIds(other, first)).toEqual([one, other])
    expect(() => streamIds('https://lp.example/#/watch/0x12')).toThrow('Write the whole link of a stream.')
  })
})

describe('trackers, the value of --trackers', () => {
  it('returns the addresses', () => {
    expect(trackers('wss://one.example, ws://127.0.0.1:8000/a')).toEqual(['wss://one.example', 'ws://127.0.0.1:8000/a'])
  })

  it.each(['', 'wss://one.example,', 'https://one.example', 'one.example'])('refuses %j', (text) => {
    expect(() => trackers(text)).toThrow('Write ws or wss addresses, separated by commas.')
  })
})

describe('iceServers, the value of --ice-servers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lp-values-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const written = (text: string) => {
    const file = join(folder, 'servers.json')
    writeFileSync(file, text)
    return file
  }

  it('returns the servers of the file, and no output shows their credentials from then on', () => {
    const turn = { urls: ['turn:turn.example:3478?transport=udp'], username: 'relay', credential: 'a credential' }
    const all = [{ urls: 'stun:stun.example' }, turn]
    expect(iceServers(written(JSON.stringify(all)))).toEqual(all)
    expect(conceal('The server refuses “a credential”.')).toBe('The server refuses “[secret]”.')
  })

  it.each(['', '{}', '[{"urls":"https://turn.example"}]', '[{"urls":"turn:turn.example","credential":12345678}]'])(
    'refuses a file with the text %j, and does not show the text',
    (text) => {
      const refused = () => iceServers(written(text))
      expect(refused).toThrow('The file must contain a list of servers')
      expect(refused).not.toThrow('12345678')
    },
  )

  it('refuses a file that does not exist', () => {
    expect(() => iceServers(join(folder, 'nothing'))).toThrow('The file must contain a list of servers')
  })
})

describe('rpcUrls, the value of --rpc', () => {
  it('returns all RPCs, and hides their keys', () => {
    const urls = ['https://one.example/v3/first-secret-key', 'http://127.0.0.1:8545/other-secret-key']
    expect(rpcUrls(urls.join(', '))).toEqual(urls)
    expect(conceal(urls.join())).not.toContain('secret')
  })

  it.each(['', 'http://one.example,', 'wss://one.example', 'one.example'])('refuses %j', (text) => {
    expect(() => rpcUrls(text)).toThrow('Write an http or https address.')
  })
})

describe('network, the value of --network', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lp-network-'))
  afterAll(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'lp.json')
  const { chainId: _, ...local } = deploymentOn(31337)
  const readFrom = (settings: unknown) => {
    writeFileSync(file, typeof settings === 'string' ? settings : JSON.stringify(settings))
    return network(file)
  }

  it('is a name', () => expect(network('sepolia')).toEqual({ chainId: 11_155_111, rpcUrls: undefined }))

  it('is a file like lp.json, whose addresses the relay then uses', () => {
    const contracts = { ...local, minter: `0x${'cd'.repeat(20)}` as const }
    const rpcUrl = ['https://one.example/key-in-the-file', 'https://two.example']
    expect(readFrom({ chainId: 31_398, rpcUrl, contracts, trackers: [] })).toEqual({ chainId: 31_398, rpcUrls: rpcUrl })
    expect(deploymentOn(31_398)).toEqual({ chainId: 31_398, ...contracts })
    expect(conceal(rpcUrl.join())).not.toContain('key-in-the-file')
    expect(readFrom({ chainId: 31_398, rpcUrl: 'http://127.0.0.1:1' }).rpcUrls).toEqual(['http://127.0.0.1:1'])
  })

  it.each(['{', { rpcUrl: 'http://127.0.0.1' }, { chainId: 0 }, { chainId: '1' }, { chainId: 1, rpcUrl: [] }])(
    'refuses the file %j',
    (settings) => {
      expect(() => readFrom(settings)).toThrow(
        'Write the name of a network (local, sepolia, arbitrum-sepolia, arbitrum-one)',
      )
    },
  )

  it('refuses a missing file, and addresses that are missing or wrong', () => {
    expect(() => network('https://rpc.example/some-secret-key')).toThrow('Write the name of a network')
    expect(conceal('https://rpc.example/some-secret-key')).not.toContain('secret')
    for (const contracts of [{}, { ...local, minter: '0x12' }, { ...local, fromBlock: -1 }, 7])
      expect(() => readFrom({ chainId: 31_397, contracts })).toThrow('contracts must have the addresses that npm run')
    expect(() => deploymentOn(31_397)).toThrow()
  })
})
