import type { Stun } from '../gateway/stun'
import * as DirectAddress from '../mesh/DirectAddress'
import type { DirectListener } from '../mesh/Transport'
import { DirectCalls } from './DirectCalls'
import { openCertificate } from './openCertificate'
import { PublicAddress } from './PublicAddress'
import type { NodeWebRtc } from './wrtc'

export type Direct = {
  listener: DirectListener
  /** Our address for share links. `undefined` while the name of the relay has no IP address. Never rejects. */
  address(): Promise<string | undefined>
}

/**
 * Accepts calls of viewers that do not use a tracker. The calls come to the UDP port of STUN, which viewers can already reach, so the
 * operator does not need to open another port. Returns `undefined` if the certificate cannot be read or written, because all other
 * functions of the relay work without it.
 */
export async function openDirect(options: {
  stun: Stun
  webRtc: NodeWebRtc
  directory: string
  serviceUri: string
  onFault(error: Error): void
}): Promise<Direct | undefined> {
  const { stun, webRtc, directory, serviceUri, onFault } = options
  const certificate = await openCertificate(directory, onFault).catch(onFault)
  if (!certificate) return undefined
  const calls = new DirectCalls({ certificate, webRtc, send: stun.send })
  stun.share((packet, remote) => calls.receive(packet, remote))
  const { certificateHash } = calls
  const publicAddress = new PublicAddress(serviceUri)
  return {
    listener: calls,
    async address() {
      const hosts = await publicAddress.hosts()
      return hosts.length > 0 ? DirectAddress.encode({ hosts, port: publicAddress.port, certificateHash }) : undefined
    },
  }
}
