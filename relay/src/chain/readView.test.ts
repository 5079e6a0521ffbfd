import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, encodeErrorResult, encodeFunctionResult, type Hex, http, parseAbi } from 'viem'
import { afterEach, describe, expect, it } from 'vitest'
import { readView } from './readView'
import { isRevert, revertOf } from './revert'

const abi = parseAbi([
  'error UnknownStream(bytes32 streamId)',
  'function latestJob(bytes32 streamId) view returns (bytes32)',
])
const address = '0x00000000000000000000000000000000000000aa'
const id: Hex = `0x${'ab'.repeat(32)}`
const call = { abi, address, functionName: 'latestJob', args: [id] } as const

let close = () => {}
afterEach(() => close())

/** A node that answers each request with this. */
async function node(answer: object, status = 200) {
  const asked: { method: string; params: unknown[] }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      const { id: request, ...question } = JSON.parse(text)
      asked.push(question)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id: request, ...answer }))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  close = () => void server.close()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { asked, client: createClient({ transport: http(url, { retryCount: 0 }) }) }
}

describe('readView', () => {
  it('asks for the newest block, and decodes the answer', async () => {
    const result = encodeFunctionResult({ abi, functionName: 'latestJob', result: id })
    const { client, asked } = await node({ result })
    expect(await readView(client, call)).toBe(id)
    expect(asked).toMatchObject([{ method: 'eth_call', params: [{ to: address }, 'latest'] }])
  })

  const data = encodeErrorResult({ abi, errorName: 'UnknownStream', args: [id] })
  it.each([
    { node: 'geth and anvil', error: { code: 3, message: 'execution reverted', data } },
    { node: 'nodes that wrap the data', error: { code: -32000, message: 'execution reverted', data: { data } } },
  ])('names the error of the contract, as $node report it', async ({ error }) => {
    const { client } = await node({ error })
    const thrown = await readView(client, call).catch((cause: unknown) => cause)
    expect(isRevert(thrown, 'UnknownStream')).toBe(true)
    expect(revertOf(thrown)?.args).toEqual([id])
  })

  it.each([
    { error: { code: -32005, message: 'limit exceeded' } },
    { error: { code: -32000, message: 'header not found', data: 'try again' } },
    { error: { code: 3, message: 'execution reverted', data: '0x' } },
  ])('throws the error of the node if the contract has given no reason: %j', async (answer) => {
    const { client } = await node(answer)
    const thrown = await readView(client, call).catch((cause: unknown) => cause)
    expect(thrown).toMatchObject({ details: answer.error.message })
    expect(revertOf(thrown)).toBeUndefined()
  })

  it('throws if no contract is at the address', async () => {
    const { client } = await node({ result: '0x' })
    await expect(readView(client, call)).rejects.toMatchObject({ name: 'AbiDecodingZeroDataError' })
  })
})
