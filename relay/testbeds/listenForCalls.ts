import { startStun } from '../src/gateway/stun'
import type { DirectAddress } from '../src/mesh/DirectAddress'
import { create } from '../src/node/certificate'
import { DirectCalls, type DirectCallsOptions } from '../src/node/DirectCalls'

type Options = Omit<DirectCallsOptions, 'send' | 'certificate'> &
  Partial<DirectCallsOptions & { host: string; port: number }>

/** A relay's port for calls without a tracker, on loopback. */
export async function listenForCalls({ host = '127.0.0.1', port = 0, ...options }: Options) {
  const stun = await startStun({ host, port })
  const calls = new DirectCalls({ certificate: create(), send: stun.send, ...options })
  stun.share((packet, remote) => calls.receive(packet, remote))
  const { certificateHash } = calls
  const address: DirectAddress = { hosts: ['127.0.0.1'], port: stun.port, certificateHash }
  return { calls, stun, address, close: () => stun.close() }
}
