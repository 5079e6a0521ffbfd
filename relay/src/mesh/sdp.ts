import { ProtocolError } from '@lp/contracts/protocol'

/** A session description of one data channel, reduced to the lines that we know. */
export type Sdp = {
  text: string
  /** `sha-256 ab:cd:…`, lower case. DTLS refuses a peer with another certificate. */
  fingerprint: string
}

export const maxSdpBytes = 16 * 1024
const maxCandidates = 32

/**
 * Reads a session description from a stranger. WebRTC implementations do not check the description, and one of them resolves the
 * host names in it. Therefore `parse` keeps only lines of a known form: one data channel, one SHA-256 fingerprint, candidates with
 * IP addresses or with the random `.local` names of browsers. Throws `MalformedError`.
 */
export function parse(value: string): Sdp {
  if (value.length > maxSdpBytes) throw new MalformedError({ reason: `longer than ${maxSdpBytes} characters` })
  const lines = value.split(/\r?\n/).filter((line) => known.some((pattern) => pattern.test(line)))
  const matching = (pattern: RegExp) => lines.filter((line) => pattern.test(line))

  const fingerprints = new Set(
    matching(fingerprintLine).map((line) => line.slice('a=fingerprint:'.length).toLowerCase()),
  )
  const [fingerprint] = fingerprints
  if (!fingerprint || fingerprints.size > 1) throw new MalformedError({ reason: 'not exactly one SHA-256 fingerprint' })
  // The filter above drops a fingerprint of any other form. The peer's certificate could match the dropped fingerprint, so we
  // refuse the description.
  if ((value.match(/^a=fingerprint/gm)?.length ?? 0) !== matching(fingerprintLine).length)
    throw new MalformedError({ reason: 'a fingerprint other than SHA-256' })
  if (lines[0] !== 'v=0') throw new MalformedError({ reason: 'no version line' })
  if (matching(mediaLine).length !== 1 || (value.match(/^m=/gm)?.length ?? 0) !== 1)
    throw new MalformedError({ reason: 'not exactly one data channel' })
  if (matching(/^a=ice-ufrag/).length !== 1 || matching(/^a=ice-pwd/).length !== 1)
    throw new MalformedError({ reason: 'not exactly one ICE user' })
  if (matching(/^a=candidate/).length > maxCandidates)
    throw new MalformedError({ reason: `more than ${maxCandidates} candidates` })
  return { text: `${lines.join('\r\n')}\r\n`, fingerprint }
}

/**
 * The description without its candidates, and the candidates as `candidate:…`. Candidates with a `.local` name are left out,
 * because only browsers can resolve such names.
 */
export function splitCandidates(text: string): { description: string; candidates: string[] } {
  const candidates = text.match(/^a=candidate:.*$/gm) ?? []
  return {
    description: text.replaceAll(/^a=(candidate:.*|end-of-candidates)\r\n/gm, ''),
    candidates: candidates.filter((line) => !line.includes('.local ')).map((line) => line.slice('a='.length).trim()),
  }
}

const mediaLine = /^m=application \d{1,5} (UDP|TCP)\/DTLS\/SCTP webrtc-datachannel$/
const fingerprintLine = /^a=fingerprint:sha-256 [\dA-F]{2}(:[\dA-F]{2}){31}$/i
const known = [
  /^v=0$/,
  /^o=\S{1,64} \d{1,20} \d{1,20} IN IP[46] [\dA-F.:]{2,45}$/i,
  /^s=-$/,
  /^t=0 0$/,
  /^c=IN IP[46] [\dA-F.:]{2,45}$/i,
  mediaLine,
  fingerprintLine,
  /^a=group:BUNDLE \w{1,16}$/,
  /^a=mid:\w{1,16}$/,
  /^a=msid-semantic: ?WMS ?\*?$/,
  /^a=ice-options:[\w ,]{1,32}$/,
  /^a=ice-ufrag:[\w+/-]{4,256}$/,
  /^a=ice-pwd:[\w+/-]{22,256}$/,
  /^a=setup:(actpass|active|passive)$/,
  /^a=(sendrecv|extmap-allow-mixed|end-of-candidates)$/,
  /^a=sctp-port:\d{1,5}$/,
  /^a=max-message-size:\d{1,10}$/,
  /^a=candidate:\S{1,32} \d (udp|tcp) \d{1,10} ([\dA-F.:]{2,45}|[\da-f-]{36}\.local) \d{1,5} typ [a-z]{2,8}( [\w.:/+-]{1,64}){0,16}$/i,
]

export class MalformedError extends ProtocolError {
  override readonly name = 'Sdp.MalformedError'
  constructor({ reason }: { reason: string }) {
    super('The session description is not one that we accept.', { details: [`Reason: ${reason}`] })
  }
}
