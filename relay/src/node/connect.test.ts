import { startLocalChain } from '@lp/contracts/testbeds/localChain'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { startRpc } from '../../testbeds/scriptedRpc'
import { connect } from './connect'

const account = privateKeyToAccount(generatePrivateKey())

async function refusalOf(reply: Parameters<typeof startRpc>[0], limits = {}) {
  const rpc = await startRpc(reply)
  const { host } = new URL(rpc.url)
  const refused: Error = await connect({ rpcUrl: `${rpc.url}/v3/key`, account, ...limits }).then(
    () => new Error('connected'),
    (error) => error,
  )
  await rpc.stop()
  expect(refused).toMatchObject({ forPeople: true })
  return refused.message.replaceAll(host, 'HOST')
}

describe('the connection to a chain', () => {
  it('refuses a chain on which lp is not deployed', async () => {
    // Other tests may have named more chains.
    expect(await refusalOf(() => ({ result: '0x1' }))).toMatch(
      /^The chain at HOST has the chain id 1, and lp is not deployed there\. Choose an RPC of (chain|one of the chains) 31337\b.* with --rpc, or name the addresses of the contracts with --network <file>\.$/,
    )
  })

  it('refuses a chain without the contracts', async () => {
    expect(await refusalOf((method) => ({ result: method === 'eth_chainId' ? '0x7a69' : '0x' }))).toMatch(
      /^The chain at HOST has the chain id 31337, but no contract of lp at 0x\w{40}\. Choose another RPC with --rpc, or deploy the contracts first\.$/,
    )
  })

  it('refuses a chain that is not the named network, and several RPCs without a name of their chain', async () => {
    expect(await refusalOf(() => ({ result: '0x1' }), { chainId: 31337 })).toBe(
      'The chain at HOST has the chain id 1, but --network names chain 31337. Correct --rpc or --network.',
    )
    await expect(connect({ rpcUrl: ['http://127.0.0.1:1', 'http://127.0.0.1:2'], account })).rejects.toThrow(
      '--rpc names several RPCs. Also name their chain,',
    )
  })

  it('refuses contracts of another kind', async () => {
    const answers: Record<string, string> = { eth_chainId: '0x7a69', eth_getCode: '0xfe', eth_call: '0x' }
    expect(await refusalOf((method) => ({ result: answers[method] }))).toMatch(
      /^On chain 31337, the contract at 0x\w{40} is not lp’s \w+ of this version\. The addresses and the chain must be/,
    )
  })

  it('uses the RPC that works, whichever place of the list it has', async () => {
    const { rpcUrl, stop } = await startLocalChain()
    for (const urls of [
      ['http://127.0.0.1:9', rpcUrl],
      [rpcUrl, 'http://127.0.0.1:9'],
    ]) {
      const { client, host } = await connect({ rpcUrl: urls, chainId: 31337, account })
      expect(await client.getBlockNumber()).toBeGreaterThan(0n)
      expect(host).toContain(' and ')
    }
    await stop()
    await expect(connect({ rpcUrl: ['http://127.0.0.1:9', rpcUrl], chainId: 31337, account })).rejects.toThrow(
      /^The chain at 127\.0\.0\.1:9 and 127\.0\.0\.1:\d+ does not answer\. Check --rpc/,
    )
  })

  it('says that the RPC refuses the key, refuses further requests, or is broken', async () => {
    expect(await refusalOf(() => ({ status: 401 }))).toMatch(/refuses this relay \(HTTP status 401\)\. Check the key/)
    expect(await refusalOf(() => ({ status: 429 }))).toMatch(/refuses further requests \(HTTP status 429\)\. Wait/)
    expect(await refusalOf(() => ({ status: 502 }))).toMatch(/is broken at the moment \(HTTP status 502\)\. Try/)
  })

  it('says that a server is not the RPC of a chain', async () => {
    const page = '<!doctype html><title>A page</title>'
    expect(await refusalOf(() => ({ status: 404, body: page }))).toMatch(
      /is not the RPC of a chain \(HTTP status 404\)/,
    )
    expect(await refusalOf(() => ({ status: 200, body: page }))).toMatch(/is not the RPC of a chain: its answer is not/)
  })

  it('throws an error after `limitMs` if the RPC does not answer', async () => {
    expect(await refusalOf(() => 'none', { limitMs: 200 })).toBe(
      'The chain at HOST has not answered for 0.2 s. Check --rpc, and check that the node of the chain runs.',
    )
  })
})
