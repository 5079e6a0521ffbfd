import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Chain, startChain, startRelay } from '../../../testbeds/startNode'
import * as DirectAddress from '../../mesh/DirectAddress'
import { create } from '../certificate'
import { connect } from '../connect'
import { examineAddress } from './address'
import { examineClock } from './chain'
import { diagnose, report } from './doctor'
import { examineDisk, examineFfmpeg } from './machine'

let chain: Chain
beforeAll(async () => {
  chain = await startChain()
}, 60_000)
afterAll(() => chain.stop())

const newAccount = () => privateKeyToAccount(generatePrivateKey())
const linesOf = async (options: Parameters<typeof diagnose>[0]) => report(await diagnose(options)).split('\n')

describe('diagnose', () => {
  it('finds a running relay good, and reaches it at the address that it has registered', async () => {
    const relay = await startRelay(chain)
    const account = privateKeyToAccount(relay.key)
    const lines = await linesOf({ rpcUrl: chain.rpcUrl, account, directory: relay.directory })
    expect(lines.map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual(
      ['chain', 'clock', 'ffmpeg', 'disk', 'ether', 'stake', 'address', 'UDP'].map((subject) => [
        subject === 'ffmpeg' ? expect.stringMatching(/good|BAD/) : 'good',
        subject,
      ]),
    )
    expect(lines.at(-3)).toContain('This key has bonded 100 LPT of its own, holds a seat, and is open for new jobs.')
    expect(lines.at(-1)).toMatch(/The relay answers at UDP port \d+ of 127\.0\.0\.1\./)
    await relay.close()
    const after = await linesOf({ rpcUrl: chain.rpcUrl, account, directory: relay.directory })
    expect(after.at(-1)).toBe(
      `BAD      address  The relay cannot be reached at ${relay.url}: nothing listens there. Start lp-relay, and check the proxy in front of it.`,
    )
    relay.endProcess()
  })

  it('says to a new operator how much ether and LPT are missing, and where to send them', async () => {
    const account = newAccount()
    const lines = await linesOf({ rpcUrl: chain.rpcUrl, account, directory: tmpdir() })
    expect(lines).toContain(`BAD      ether    The account has only 0 ETH for gas. Send ether to ${account.address}.`)
    expect(lines.find((line) => line.includes('stake  '))).toMatch(
      new RegExp(`^BAD .* and has 0 LPT\\. A transcoder needs .* Send \\d+ LPT to ${account.address}\\.`),
    )
    expect(lines.at(-1)).toBe(
      'unknown  address  This key has registered no address on chain. Name the public address of the relay with --uri.',
    )
  })

  it('examines this machine also while the chain does not answer', async () => {
    const free = await listening(createServer())
    free.server.close()
    const lines = await linesOf({ rpcUrl: `http://${free.host}`, account: newAccount(), directory: tmpdir() })
    expect(lines[0]).toMatch(/^BAD {6}chain .*Check --rpc/)
    expect(lines.filter((line) => line.startsWith('unknown')).length).toBe(4)
    expect(lines.find((line) => line.includes('disk'))).toMatch(/^good/)
  })
})

describe('the clock', () => {
  const examineAt = async (ms: number) => {
    const connected = await connect({ rpcUrl: chain.rpcUrl, account: newAccount() })
    const { timestamp } = await connected.client.getBlock()
    return examineClock(connected, 1_000 * Number(timestamp) + ms)
  }

  it('is good while it is near the time of the newest block', async () => {
    expect(await examineAt(5_000)).toMatchObject({ state: 'good' })
    expect(await examineAt(-5_000)).toMatchObject({ state: 'good' })
  })

  it('is late if the newest block comes from its future', async () => {
    const { state, text } = await examineAt(-100_000)
    expect(state).toBe('bad')
    expect(text).toMatch(/^This machine’s clock is at least (9\d|100) s late/)
  })

  it('may be fast if the newest block is old', async () => {
    expect(await examineAt(3_600_000)).toMatchObject({
      state: 'bad',
      text: expect.stringContaining('the clock is fast'),
    })
  })
})

describe('the machine', () => {
  it('needs an ffmpeg', async () => {
    const { state, text } = await examineFfmpeg({ PATH: '' })
    expect(state).toBe('bad')
    expect(text).toMatch(/^This machine has no ffmpeg\. Install/)
  })

  it('needs a directory that can be made', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lp-doctor-'))
    expect(await examineDisk(join(directory, 'not', 'yet'))).toMatchObject({ state: 'good' })
    await writeFile(join(directory, 'file'), '')
    expect(await examineDisk(join(directory, 'file', 'relay'))).toMatchObject({
      state: 'bad',
      text: expect.stringMatching(/cannot be used \(ENOTDIR\)/),
    })
  })
})

describe('the address', () => {
  const operator = newAccount().address
  const servers: Server[] = []
  const serve = async (server: Server) => {
    servers.push(server)
    return (await listening(server)).host
  }
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })
  const status = (fields: object) =>
    createServer((_, response) => {
      response.end(JSON.stringify({ version: '1', chain: { id: 31337 }, address: operator, ...fields }))
    })
  const examined = async (serviceUri: string, nowMs?: number) =>
    report(await examineAddress({ serviceUri, isLocalChain: true, operator, ...(nowMs && { nowMs }) })).split('\n')

  it('must not be one that only this machine can reach, on a chain of others', async () => {
    const [finding] = await examineAddress({ serviceUri: 'http://127.0.0.1:1', isLocalChain: false, operator })
    expect(finding?.text).toMatch(/^Other machines cannot reach/)
  })

  it('must lead to a relay, and to the relay of this key', async () => {
    const other = await serve(createServer((_, response) => response.writeHead(404).end()))
    expect(await examined(`http://${other}`)).toEqual([
      `BAD      address  The server at http://${other} is not a relay (HTTP 404). Let the proxy pass all paths to the port of lp-relay.`,
    ])
    const stranger = newAccount().address
    const host = await serve(status({ address: stranger }))
    expect((await examined(`http://${host}`))[0]).toContain(`belongs to ${stranger}, and not to ${operator}`)
  })

  it('must have an open UDP port', async () => {
    const silent = await listening(createServer())
    silent.server.close()
    const port = Number(silent.host.split(':')[1])
    const direct = DirectAddress.encode({ hosts: ['127.0.0.1'], port, certificateHash: `0x${'1'.repeat(64)}` })
    const closed = await serve(status({ direct }))
    expect((await examined(`http://${closed}`))[1]).toMatch(/^BAD {6}UDP {6}The relay does not answer at UDP port \d+/)
    const without = await serve(status({}))
    expect((await examined(`http://${without}`))[1]).toMatch(/accepts no calls over UDP/)
  })

  it('must have a certificate that browsers trust and that does not end soon', async () => {
    const { certificatePem: cert, keyPem: key } = create()
    const host = await serve(createTlsServer({ cert, key }))
    expect(await examined(`https://${host}`)).toEqual([
      expect.stringContaining('browsers do not trust its TLS certificate'),
      expect.stringMatching(/^good {5}TLS .* ends on 9999-12-31/),
    ])
    const lines = await examined(`https://${host}`, Date.UTC(9999, 11, 28))
    expect(lines[1]).toMatch(/^BAD {6}TLS .* ends on 9999-12-31\. Renew it/)
  })
})

async function listening(server: Server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, host: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}
