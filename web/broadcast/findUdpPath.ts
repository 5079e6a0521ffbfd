import { isPrivateHost } from './isNear'

/**
 * Whether UDP packets of this page reach other networks. `open`: a STUN or TURN server has answered. `unproven`: the browser has an
 * address for WebRTC, but no server has answered. `none`: the browser has no address for WebRTC.
 */
export type UdpPath = 'open' | 'unproven' | 'none'

/** Asks the STUN and TURN servers as a WebRTC connection does, for at most `patienceMs`. Never rejects. */
export async function findUdpPath(iceServers: RTCIceServer[], patienceMs: number): Promise<UdpPath> {
  if (!('RTCPeerConnection' in globalThis)) return 'none'
  const connection = connectionTo(iceServers)
  // A relay can have an address that the browser does not accept as an address of a STUN server.
  if (!connection) return 'unproven'
  let path: UdpPath = 'none'
  let isPublic = false
  let hasFailed = false
  return new Promise<UdpPath>((resolve) => {
    const timer = setTimeout(() => resolve(path), patienceMs)
    const finish = (found: UdpPath) => {
      clearTimeout(timer)
      resolve(found)
    }
    connection.addEventListener('icecandidateerror', () => {
      hasFailed = true
    })
    connection.addEventListener('icecandidate', ({ candidate }) => {
      // After the last candidate, the event has no candidate, or an empty one. A machine with a public address gets no candidate of the type
      // `srflx`, because the server has seen the same address. Then the end of the candidates without an error shows that the servers
      // have answered.
      if (!candidate?.candidate) return finish(isPublic && !hasFailed ? 'open' : path)
      const [, , , , address = '', , , type] = candidate.candidate.split(' ')
      if (type === 'srflx' || type === 'relay') return finish('open')
      path = 'unproven'
      // Without servers, no other type of candidate can follow.
      if (iceServers.length === 0) return finish(path)
      isPublic ||= !isPrivateHost(address)
    })
    connection.createDataChannel('address')
    connection
      .createOffer()
      .then((offer) => connection.setLocalDescription(offer))
      .catch(() => finish('none'))
  }).finally(() => connection.close())
}

function connectionTo(iceServers: RTCIceServer[]): RTCPeerConnection | undefined {
  try {
    return new RTCPeerConnection({ iceServers })
  } catch {
    return undefined
  }
}
