import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hello, StreamId, type typedData } from '@lp/contracts/protocol'
import { keccak256, toHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { attachIngest, type IngestOptions } from '../src/gateway/ingest'
import type { Capability } from '../src/mesh/capabilities'
import { type GreetOptions, greet } from '../src/mesh/greet'
import type { Peer } from '../src/mesh/Peer'

export const domain: typedData.Domain = { chainId: 31337, jobsManager: '0x00000000000000000000000000000000000000aa' }
export const streamKey = privateKeyToAccount(generatePrivateKey())
export const streamId = StreamId.random(streamKey.address)
export const jobId = keccak256(toHex('job'))

const recover: GreetOptions['recover'] = (hello, signature) => Hello.recover(hello, signature, domain)

/** The page's side of a greeting. `relays`: the drawn transcoders. */
export const asBroadcaster = (relays: readonly string[], key: typedData.Signer = streamKey): GreetOptions => ({
  ...{ streamId, role: 'broadcaster', recover, sign: (hello) => Hello.sign(hello, key, domain) },
  isRelay: (address) => relays.includes(address),
})

/** A relay on loopback that waits for the broadcaster of one job, over WebSocket. */
export async function startIngest({
  port = 0,
  key = privateKeyToAccount(generatePrivateKey()),
  uriOf = (url) => url,
  onBroadcaster = () => {},
  capabilities = [],
  ...options
}: Partial<IngestOptions> & {
  port?: number
  key?: typedData.Signer
  /** The address that the relay has registered. Default: its own URL. */
  uriOf?: (url: string) => string
  onBroadcaster?: (peer: Peer) => void
  capabilities?: readonly Capability[]
} = {}) {
  const server = createServer((_, response) => response.writeHead(404).end())
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const taken = (server.address() as AddressInfo).port
  const url = `http://127.0.0.1:${taken}`
  const roles: string[] = []
  const ingest = attachIngest({
    ...{ server, serviceUri: uriOf(url), expects: (asked) => asked === jobId },
    async greet(_, channel) {
      const peer = await greet(channel, {
        ...{ streamId, role: 'relay', capabilities, recover, sign: (hello) => Hello.sign(hello, key, domain) },
      })
      roles.push(peer.role)
      if (peer.role === 'broadcaster') onBroadcaster(peer)
      else peer.close()
    },
    ...options,
  })
  return {
    ...{ url, port: taken, server, address: key.address, ingest },
    /** The proven roles of the peers that have finished their greeting. */
    roles,
    async close() {
      ingest.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type IngestHost = Awaited<ReturnType<typeof startIngest>>
