import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { deploymentOn } from '@lp/contracts/deployments'
import { afterEach, describe, expect, it } from 'vitest'
import * as Config from './Config'

const base = 'https://lp.example/app/'

describe('parse', () => {
  it('resolves a relative RPC URL against the page', () => {
    expect(Config.parse({ chainId: 31337, rpcUrl: './rpc' }, base)).toEqual({
      chainId: 31337,
      rpcUrls: ['https://lp.example/app/rpc'],
    })
  })

  it('reads several RPCs', () => {
    const rpcUrl = ['./rpc', 'https://rpc.example/']
    expect(Config.parse({ chainId: 31337, rpcUrl }, base).rpcUrls).toEqual([
      'https://lp.example/app/rpc',
      'https://rpc.example/',
    ])
  })

  it('reads the addresses of the contracts', () => {
    const { chainId: _, ...local } = deploymentOn(31337)
    const contracts = { ...local, minter: `0x${'ab'.repeat(20)}` as const, fromBlock: 7 }
    expect(Config.parse({ chainId: 31_399, rpcUrl: './rpc', contracts }, base).contracts).toEqual(contracts)
  })

  it('reads the URL of an explorer', () => {
    const value = { chainId: 31337, rpcUrl: './rpc', explorerUrl: 'https://explorer.example/' }
    expect(Config.parse(value, base).explorerUrl).toBe('https://explorer.example/')
  })

  it('reads further trackers, and STUN and TURN servers', () => {
    const servers = {
      trackers: ['wss://tracker.example', 'ws://127.0.0.1:8000/announce'],
      iceServers: [
        { urls: 'stun:stun.example' },
        { urls: ['turn:turn.example:3478?transport=udp', 'turns:turn.example'], username: 'u', credential: 'secret' },
      ],
    }
    expect(Config.parse({ chainId: 31337, rpcUrl: './rpc', ...servers }, base)).toMatchObject(servers)
  })

  it.each([
    { trackers: 'wss://tracker.example' },
    { trackers: ['https://tracker.example'] },
    { trackers: Array(9).fill('wss://tracker.example') },
    { iceServers: [{ urls: [] }] },
    { iceServers: [{ urls: 'https://turn.example' }] },
    { iceServers: [{ urls: 'turn:turn.example', username: 'u' }] },
    { iceServers: [{ urls: 'turn:turn.example', username: '', credential: 'top-secret' }] },
    { iceServers: [null] },
  ])('if servers are wrong, the error names the field and does not contain its value: %j', (servers) => {
    const error = catchError(() => Config.parse({ chainId: 1, rpcUrl: './rpc', ...servers }, base))
    const { nextStep } = (error as Config.InvalidError).problem
    expect(nextStep).toContain(`${Object.keys(servers)[0]} must be a list of at most 8 `)
    expect(`${nextStep} ${(error as Error).message}`).not.toContain('top-secret')
  })

  it.each([
    [null, 'lp.json must be an object'],
    [{ rpcUrl: './rpc' }, 'chainId must be a positive whole number'],
    [{ chainId: 0, rpcUrl: './rpc' }, 'chainId must be a positive whole number'],
    [{ chainId: '1', rpcUrl: './rpc' }, 'chainId must be a positive whole number'],
    [{ chainId: 1 }, 'rpcUrl must be a URL, absolute or relative to the page'],
    [{ chainId: 1, rpcUrl: 'https://' }, 'rpcUrl must be a URL, absolute or relative to the page'],
    [{ chainId: 1, rpcUrl: 'javascript:alert(1)' }, 'rpcUrl must be an http or https URL'],
    [{ chainId: 1, rpcUrl: [] }, 'rpcUrl must be a URL, or a list of at most 8 URLs'],
    [{ chainId: 1, rpcUrl: ['./rpc', 'ws://x'] }, 'rpcUrl must be an http or https URL'],
    [{ chainId: 1, rpcUrl: './rpc' }, 'contracts must be the addresses that npm run deploy has written'],
    [
      { chainId: 31337, rpcUrl: './rpc', contracts: {} },
      'contracts must be the addresses that npm run deploy has written',
    ],
    [{ chainId: 1, rpcUrl: './rpc', explorerUrl: 7 }, 'explorerUrl must be a URL, absolute or relative to the page'],
    [{ chainId: 1, rpcUrl: './rpc', explorerUrl: 'data:,' }, 'explorerUrl must be an http or https URL'],
  ])('names the field to correct in %j', (value, expected) => {
    const error = catchError(() => Config.parse(value, base))
    expect(error).toBeInstanceOf(Config.InvalidError)
    expect((error as Config.InvalidError).problem.nextStep).toContain(expected)
  })
})

describe('InvalidError', () => {
  const messageOf = (value: unknown) => (catchError(() => Config.parse(value, base)) as Error).message

  it('names the field, or lp.json if the whole content is wrong', () => {
    expect(messageOf({ chainId: 0 })).toBe('Field chainId of lp.json must be a positive whole number.')
    expect(messageOf([])).toBe('Field chainId of lp.json must be a positive whole number.')
    expect(messageOf(null)).toBe('lp.json must be an object.')
    expect(messageOf('{}')).toBe('lp.json must be an object.')
  })
})

describe('load', () => {
  let close = () => {}
  afterEach(() => close())

  async function serve(status: number, type: string, body: string): Promise<string> {
    const server = createServer((_: unknown, response: ServerResponse) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    )
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    close = () => server.close()
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  it('reads lp.json beside the page', async () => {
    const url = await serve(200, 'application/json', '{"chainId":31337,"rpcUrl":"./rpc"}')
    expect(await Config.load(url)).toEqual({ chainId: 31337, rpcUrls: [`${url}rpc`] })
  })

  it('makes the addresses in lp.json the addresses of their chain', async () => {
    const { chainId: _, ...local } = deploymentOn(31337)
    const contracts = { ...local, minter: `0x${'ab'.repeat(20)}` as const, fromBlock: 7 }
    const settings = JSON.stringify({ chainId: 31_399, rpcUrl: './rpc', contracts })
    await Config.load(await serve(200, 'application/json', settings))
    expect(deploymentOn(31_399)).toEqual({ chainId: 31_399, ...contracts })
    expect(deploymentOn(31337).minter).toBe(local.minter)
  })

  it('uses the defaults when there is no lp.json', async () => {
    expect(await Config.load(await serve(404, 'text/plain', 'no'))).toEqual(Config.defaults)
  })

  it('uses the defaults when the host answers with the HTML page instead of lp.json', async () => {
    expect(await Config.load(await serve(200, 'text/html', '<!doctype html>'))).toEqual(Config.defaults)
  })

  it('refuses a file that is not JSON', async () => {
    await expect(Config.load(await serve(200, 'application/json', '{'))).rejects.toThrow(Config.InvalidError)
  })

  it('fails with an UnreachableError when the server answers with status 500', async () => {
    await expect(Config.load(await serve(500, 'text/plain', ''))).rejects.toThrow(Config.UnreachableError)
  })

  it('fails with an UnreachableError when no server answers', async () => {
    const url = await serve(200, 'text/plain', '')
    close()
    await expect(Config.load(url)).rejects.toThrow(Config.UnreachableError)
  })
})

function catchError(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}
