import { spawn } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { createPublicClient, type Hex, http, parseEther, verifyMessage, verifyTypedData } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chainOf, localChainId } from '../../config/chain'
import { createBurnerProvider, FundingError } from './burnerProvider'

const account = privateKeyToAccount(generatePrivateKey())
const other = '0x000000000000000000000000000000000000dEaD'
let chain: ReturnType<typeof chainOf>
let stop = () => {}

beforeAll(async () => {
  const anvilPath = process.env.ANVIL_PATH ?? 'node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil'
  const anvil = spawn(anvilPath, ['--port', '0'])
  stop = () => anvil.kill()
  const port = await new Promise<string>((listening, failed) => {
    let printed = ''
    anvil.on('error', failed)
    anvil.stdout.on('data', (data: Uint8Array) => {
      printed += String(data)
      const found = printed.match(/Listening on 127\.0\.0\.1:(\d+)/)?.[1]
      if (found) listening(found)
    })
  })
  chain = chainOf({ chainId: localChainId, rpcUrls: [`http://127.0.0.1:${port}`] })
})
afterAll(() => stop())

describe('createBurnerProvider', () => {
  it('fills an empty account to 100 ether, and does not change a full account', async () => {
    const provider = createBurnerProvider({ account, chain })
    const client = createPublicClient({ chain, transport: http() })
    await provider.fund()
    expect(await client.getBalance(account)).toBe(parseEther('100'))
    await provider.fund()
    expect(await client.getBalance(account)).toBe(parseEther('100'))
  })

  it('signs and sends transactions like an injected wallet', async () => {
    const provider = createBurnerProvider({ account, chain })
    const client = createPublicClient({ chain, transport: http() })
    const transaction = { from: account.address, to: other, value: '0xde0b6b3a7640000' }
    const hash = await provider.request({ method: 'eth_sendTransaction', params: [transaction] })
    const receipt = await client.waitForTransactionReceipt({ hash: hash as Hex })
    expect(receipt.status).toBe('success')
    expect(await client.getBalance({ address: other })).toBe(parseEther('1'))
  })

  it('signs messages and typed data with its own key', async () => {
    const provider = createBurnerProvider({ account, chain })
    const signature = await provider.request({ method: 'personal_sign', params: ['0x6869', account.address] })
    expect(await verifyMessage({ address: account.address, message: 'hi', signature: signature as Hex })).toBe(true)

    const typedData = {
      domain: { name: 'lp', chainId: localChainId },
      types: { Ping: [{ name: 'count', type: 'uint256' }] },
      primaryType: 'Ping',
      message: { count: '7' },
    } as const
    const signed = await provider.request({
      method: 'eth_signTypedData_v4',
      params: [account.address, JSON.stringify(typedData)],
    })
    const message = { count: 7n }
    expect(await verifyTypedData({ ...typedData, message, address: account.address, signature: signed as Hex })).toBe(
      true,
    )
  })

  it('answers requests for the account and the chain id, and forwards eth_blockNumber to the chain', async () => {
    const provider = createBurnerProvider({ account, chain })
    expect(await provider.request({ method: 'eth_accounts' })).toEqual([account.address])
    expect(await provider.request({ method: 'eth_chainId' })).toBe('0x7a69')
    expect(await provider.request({ method: 'eth_blockNumber' })).toMatch(/^0x/)
  })

  it('fails with a FundingError when the local chain does not answer', async () => {
    const rpcUrl = `http://127.0.0.1:${await closedPort()}`
    const provider = createBurnerProvider({ account, chain: chainOf({ chainId: localChainId, rpcUrls: [rpcUrl] }) })
    await expect(provider.fund()).rejects.toThrow(FundingError)
  })
})

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((closed) => server.close(() => closed()))
  return port
}
