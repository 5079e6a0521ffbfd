import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'

/**
 * The name of a local chain in the lock of a key. All local chains have the same chain id, and local chains that start in the same second
 * also have the same first block. So the name is the address of the RPC: its host and port. All names and addresses of this machine
 * (`localhost`, `127.0.0.1`, …) count as one host.
 */
export async function localChainName(rpcUrl: string): Promise<string> {
  const { hostname, port, protocol } = new URL(rpcUrl)
  const host = hostname.replace(/^\[|\]$/g, '')
  // The system may not know an address for the name, although a proxy of the environment does.
  const addresses = await lookup(host, { all: true }).catch(() => [])
  const own = new Set(Object.values(networkInterfaces()).flatMap((each = []) => each.map(({ address }) => address)))
  const isHere = addresses.some(({ address }) => own.has(address) || isThisMachine.test(address))
  return `${isHere ? 'local' : host}:${port || (protocol === 'https:' ? 443 : 80)}`
}

/** The loopback addresses, and the unspecified addresses, which the system also connects to this machine. */
const isThisMachine = /^(127\.|0\.0\.0\.0$|::1?$)/
