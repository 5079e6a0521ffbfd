import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Address, isAddressEqual } from 'viem'
import type { StatusJson } from '../../gateway/StatusJson'
import { isAnswerTo, question } from '../../gateway/stun'
import { decode } from '../../mesh/DirectAddress'
import { assertServiceUri } from '../assertServiceUri'
import { BadError, examine, type Finding, UnknownError } from './Finding'

const timeoutMs = 10_000
/** UDP loses packets, so we ask several times. */
const [askings, askEveryMs] = [4, 1_000]
/** Certificates of Let’s Encrypt are renewed 30 days before they end. */
const soonDays = 14
const dayMs = 24 * 3_600_000

export type AddressOptions = { serviceUri: string; isLocalChain: boolean; operator: Address; nowMs?: number }

/**
 * Asks the relay at its public address: over HTTP, for its TLS certificate, and over UDP. These questions come from this machine. A
 * firewall in front of it can still refuse others.
 */
export async function examineAddress(options: AddressOptions): Promise<Finding[]> {
  let status: StatusJson | undefined
  const address = await examine('address', async () => {
    assertServiceUri(options.serviceUri, options)
    status = await ask(options)
    return `The relay answers at ${options.serviceUri}.`
  })
  const findings = [address]
  if (options.serviceUri.startsWith('https:')) findings.push(await examineTls(options))
  if (status) findings.push(await examineUdp(status.direct))
  return findings
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'DNS does not know this name. Correct the name, or add it to DNS',
  EAI_AGAIN: 'DNS does not answer. Check the DNS servers of this machine',
  ECONNREFUSED: 'nothing listens there. Start lp-relay, and check the proxy in front of it',
  ECONNRESET: 'the connection was ended. Check the proxy in front of lp-relay',
  EHOSTUNREACH: 'no route leads there. Check the address, and the routes of this machine',
  ENETUNREACH: 'no route leads there. Check the address, and the routes of this machine',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired. Renew the certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another name. Get a certificate for this name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'browsers do not trust its TLS certificate. Get a certificate from Let’s Encrypt',
  SELF_SIGNED_CERT_IN_CHAIN: 'browsers do not trust its TLS certificate. Get a certificate from Let’s Encrypt',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its TLS certificate comes without its chain. Give the proxy the full chain',
}

async function ask({ serviceUri, operator }: AddressOptions): Promise<StatusJson> {
  const response = await fetch(`${serviceUri}/status`, { signal: AbortSignal.timeout(timeoutMs) }).catch((error) => {
    const code: string = error.cause?.code ?? ''
    const why =
      error.name === 'TimeoutError'
        ? `no answer has come for ${timeoutMs / 1_000} s. Open the port in the firewall, and forward it in the router`
        : (reasons[code] ?? `the request failed (${code || error.message}). Check the address`)
    throw new BadError(`The relay cannot be reached at ${serviceUri}: ${why}.`)
  })
  const status = (await response.json().catch(() => undefined)) as StatusJson | undefined
  if (!status?.version || !status.chain)
    throw new BadError(
      `The server at ${serviceUri} is not a relay (HTTP ${response.status}). Let the proxy pass all paths to the port of lp-relay.`,
    )
  if (!status.address || !isAddressEqual(status.address, operator))
    throw new BadError(
      `The relay at ${serviceUri} belongs to ${status.address ?? 'nobody'}, and not to ${operator}. Correct --uri or the key.`,
    )
  return status
}

const examineTls = ({ serviceUri, nowMs = Date.now() }: AddressOptions): Promise<Finding> =>
  examine('TLS', async () => {
    const { hostname, port } = new URL(serviceUri)
    const host = hostname.replace(/^\[|\]$/g, '')
    // A certificate that browsers refuse has its own sentence in the finding about the address.
    // TLS names no IP address.
    const name = isIP(host) ? {} : { servername: host }
    const socket = connectTls({ host, port: Number(port) || 443, ...name, rejectUnauthorized: false })
    try {
      await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeoutMs) }).catch((error) => {
        throw new UnknownError(
          `No TLS connection to ${host} was made (${error.code ?? error.name}). Correct the address first.`,
        )
      })
      const endsMs = Date.parse(socket.getPeerCertificate().valid_to)
      const days = Math.floor((endsMs - nowMs) / dayMs)
      const ends = new Date(endsMs).toISOString().slice(0, 10)
      if (days < soonDays)
        throw new BadError(`The TLS certificate ends on ${ends}. Renew it, and check that it is renewed automatically.`)
      return `The TLS certificate ends on ${ends}, in ${days} days.`
    } finally {
      socket.destroy()
    }
  })

/** `direct`: the relay's address for calls over UDP, as its status names it. */
const examineUdp = (direct: string | undefined): Promise<Finding> =>
  examine('UDP', async () => {
    if (!direct)
      throw new BadError(
        'The relay accepts no calls over UDP, because its port was in use or its address is unknown. Read its log, and start it again.',
      )
    const { hosts, port } = decode(direct)
    for (const host of hosts)
      if (!(await answersStun(host, port)))
        throw new BadError(
          `The relay does not answer at UDP port ${port} of ${host}, so viewers reach it only over WebSocket. Open this port for UDP in the firewall, and forward it in the router.`,
        )
    return `The relay answers at UDP port ${port} of ${hosts.join(' and ')}.`
  })

async function answersStun(host: string, port: number): Promise<boolean> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const asked = question()
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<boolean>((resolve) => {
      let asking = 0
      const next = () => {
        if (asking++ === askings) return resolve(false)
        socket.send(asked, port, host)
        timer = setTimeout(next, askEveryMs)
      }
      socket.on('message', (packet) => isAnswerTo(asked, packet) && resolve(true))
      // Without an address of this family, the machine cannot send.
      socket.on('error', () => resolve(false))
      next()
    })
  } finally {
    clearTimeout(timer)
    socket.close()
  }
}
