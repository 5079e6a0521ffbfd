import { EpochKey, type KeyRequest, ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { concat, FormError, hex, Reader, u8, u64, u96 } from '../mesh/bytes'
import { type Reason as ChequeReason, reasons as chequeReasons } from '../payment/messages'
import { type KeyEnvelope, publicKeyBytes, tagBytes } from './KeyEnvelope'

/** A message between a buyer and a key server. All amounts are in wei. */
export type Message =
  /** `payment`: the buyer's newest cheque in the channel of this key server. */
  | { type: 'request'; request: KeyRequest.KeyRequest; payment: Payment | undefined }
  /** All keys of the epoch. */
  | ({ type: 'keys'; epoch: bigint; envelope: KeyEnvelope } & Account)
  /** `missing`: the part of the price of the epoch that the buyer's credit does not cover; 0 for a reason other than `unpaid`. */
  | ({ type: 'refusal'; epoch: bigint; reason: Reason; missing: bigint } & Account)

export type Payment = { readonly cumulative: bigint; readonly signature: Hex }

/**
 * The balance of the buyer with the key server. `counted`: the `cumulative` of the newest cheque that the server has counted. `credit`: the part of the
 * buyer's payments that the buyer has not spent yet.
 */
export type Account = { readonly counted: bigint; readonly credit: bigint }

/**
 * The reasons of a refusal. `unpaid`: see `missing`. `no-offer`: the server does not sell keys of this stream. `no-key`: the server has no key of this
 * epoch, and has charged nothing for the epoch. `stranger`: the signer of the request may not spend the payments of the issuer, or the request is
 * malformed. `busy`: the server cannot answer now. `bounced`: the server refuses the cheque, or a cheque that it has taken before is not covered now.
 * All other reasons: the server has refused the cheque.
 */
export const reasons = ['unpaid', 'no-offer', 'no-key', 'stranger', ...chequeReasons.slice(3)] as const
/** A server never sends `price` or `budget`. `KeyBuyer` uses `budget` for its own limit. */
export type Reason = 'unpaid' | 'no-offer' | 'no-key' | 'stranger' | ChequeReason

export const version = 1
const [requestTag, keysTag, refusalTag] = [1, 2, 3]
const maxKeys = 16

/** One byte with the version, one with the type, then the fields. Throws `FormError` if a field is out of bounds. */
export function encode(message: Message): Uint8Array {
  if (message.type === 'request') {
    const { request, payment } = message
    const { streamId, epoch, server, issuer, publicKey, signature } = request
    return concat([
      ...[u8(version), u8(requestTag), hex(streamId, 32), u64(epoch), hex(server, 20), hex(issuer, 20)],
      ...[hex(publicKey, publicKeyBytes), hex(signature, 65)],
      ...(payment ? [u96(payment.cumulative), hex(payment.signature, 65)] : []),
    ])
  }
  const account = [u64(message.epoch), u96(message.counted), u96(message.credit)]
  if (message.type === 'keys') {
    const { publicKey, data } = message.envelope
    assertLength(data.length)
    return concat([u8(version), u8(keysTag), ...account, hex(publicKey, publicKeyBytes), data])
  }
  const reason = u8(reasons.indexOf(message.reason))
  return concat([u8(version), u8(refusalTag), ...account, reason, u96(message.missing)])
}

/** Reads the bytes of a stranger. `undefined`: the message has another version or an unknown type. Throws `MalformedError`. */
export function decode(bytes: Uint8Array): Message | undefined {
  const reader = new Reader(bytes)
  try {
    if (reader.u8() !== version) return undefined
    const tag = reader.u8()
    const read =
      tag === requestTag ? readRequest : tag === keysTag ? readKeys : tag === refusalTag ? readRefusal : undefined
    const message = read?.(reader)
    if (message && reader.remaining > 0) throw new FormError(`${reader.remaining} bytes too many`)
    return message
  } catch (error) {
    if (error instanceof FormError) throw new MalformedError({ reason: error.message })
    throw error
  }
}

// JavaScript evaluates the fields of a literal in the written order, which is the order of the bytes.
function readRequest(reader: Reader): Message {
  const request = {
    streamId: reader.hex(32),
    epoch: reader.u64(),
    server: reader.hex(20),
    issuer: reader.hex(20),
    publicKey: reader.hex(publicKeyBytes),
    signature: reader.hex(65),
  }
  const payment = reader.remaining > 0 ? { cumulative: reader.u96(), signature: reader.hex(65) } : undefined
  return { type: 'request', request, payment }
}

const readAccount = (reader: Reader) => ({
  epoch: reader.u64(),
  counted: reader.u96(),
  credit: reader.u96(),
})

function readKeys(reader: Reader): Message {
  const account = readAccount(reader)
  const publicKey = reader.hex(publicKeyBytes)
  assertLength(reader.remaining)
  return { type: 'keys', ...account, envelope: { publicKey, data: new Uint8Array(reader.bytes(reader.remaining)) } }
}

function readRefusal(reader: Reader): Message {
  const account = readAccount(reader)
  const reason = reasons[reader.u8()]
  if (!reason) throw new FormError('an unknown reason')
  return { type: 'refusal', ...account, reason, missing: reader.u96() }
}

function assertLength(bytes: number): void {
  const keys = (bytes - tagBytes) / EpochKey.keyBytes
  if (!Number.isInteger(keys) || keys < 1 || keys > maxKeys) throw new FormError(`an envelope of ${bytes} bytes`)
}

export class MalformedError extends ProtocolError {
  override readonly name = 'keys.MalformedError'
  constructor({ reason }: { reason: string }) {
    super('This is not a message about the keys of a paid stream.', { details: [`Reason: ${reason}`] })
  }
}
