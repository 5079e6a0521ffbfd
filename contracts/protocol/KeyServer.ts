import { type Address, type Hex, isAddressEqual, zeroAddress } from 'viem'
import * as Cheque from './Cheque'
import { ProtocolError } from './errors'
import * as StreamId from './StreamId'
import type * as StreamPrice from './StreamPrice'
import * as typedData from './typedData'

/** The broadcaster appoints a relay that sells the keys of a paid stream. The cheques still pay the broadcaster. */
export type Header = {
  /** The source. */
  streamId: StreamId.StreamId
  /** The relay. A buyer has a separate channel for each key server, because the key server is the splitee of the cheques. */
  server: Address
  /** The relay's part of each payment in basis points: 1 to 10,000. */
  splitBps: number
  /** Unix time in seconds. After this time, buyers no longer buy keys from the server. */
  until: bigint
}

export type KeyServer = Header & { /** Signed by the stream key. */ signature: Hex }

/** Throws `BoundsError` if no cheque can pay the server. */
export async function sign(server: Header, signer: typedData.Signer, domain: typedData.Domain): Promise<KeyServer> {
  const message = messageOf(server)
  assertBounded(message)
  return { ...message, signature: await signer.sign({ hash: typedData.hash('KeyServer', message, domain) }) }
}

/** Throws `WrongSignerError` unless the stream key signed the appointment. Throws `BoundsError` if no cheque can pay the server. */
export async function verify(server: KeyServer, domain: typedData.Domain): Promise<void> {
  assertBounded(server)
  const origin = StreamId.origin(server.streamId)
  const signer = await typedData.recover('KeyServer', {
    ...{ message: messageOf(server), signature: server.signature, domain },
  })
  if (!signer || !isAddressEqual(signer, origin)) throw new WrongSignerError({ origin, signer })
}

/** The channel of the cheques with which `issuer` buys keys from this server. */
export const channelOf = (
  { server, splitBps }: Pick<Header, 'server' | 'splitBps'>,
  { issuer, price }: { issuer: Address; price: Pick<StreamPrice.Header, 'beneficiary'> },
): Cheque.Channel => ({ issuer, beneficiary: price.beneficiary, splitee: server, splitBps })

const messageOf = ({ streamId, server, splitBps, until }: Header): Header => ({
  ...{ streamId, server, splitBps, until },
})

function assertBounded({ server, splitBps }: Header): void {
  const isPart = Number.isInteger(splitBps) && splitBps >= 1 && splitBps <= Cheque.maxBps
  if (!isPart || isAddressEqual(server, zeroAddress)) throw new BoundsError({ server, splitBps })
}

export class WrongSignerError extends ProtocolError {
  override readonly name = 'KeyServer.WrongSignerError'
  constructor({ origin, signer }: { origin: Address; signer: Address | undefined }) {
    super('The key server was not appointed by the stream key.', {
      details: [`Stream key: ${origin}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}

export class BoundsError extends ProtocolError {
  override readonly name = 'KeyServer.BoundsError'
  constructor({ server, splitBps }: { server: Address; splitBps: number }) {
    super('No cheque can pay this key server.', {
      details: [`Server: ${server}`, `Basis points: ${splitBps}, allowed: 1 to ${Cheque.maxBps}`],
    })
  }
}
