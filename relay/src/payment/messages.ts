import { type Cheque, ProtocolError } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import { concat, FormError, hex, Reader, u8, u64 } from '../mesh/bytes'
import type { SignedAcknowledgement } from './Acknowledgement'
import { type SubsidyMessage, subsidyCodecs } from './subsidyMessages'
import { readU96, u96 } from './u96'

/** A message between two peers about payments. All amounts are in wei, below 2^96. */
export type Message =
  /** The price of all later bytes of the sender, the credit of the receiver, and the split that the receiver's cheques must have. */
  | { type: 'offer'; weiPerByte: bigint; credit: bigint; splitee: Address; splitBps: number }
  /**
   * Sent when the peers meet. `isKnown`: whether the sender remembers the receiver. `balance`: the debt of the receiver to the sender; negative: the debt of
   * the sender. `held`: the `cumulative` of the receiver's newest cheque that the sender holds, minus the amount that has bounced. `acknowledged`: the
   * `cumulative` of the sender's newest cheque that the receiver has acknowledged, minus the amount that has bounced.
   */
  | { type: 'statement'; isKnown: boolean; balance: bigint; held: bigint; acknowledged: bigint }
  | { type: 'cheque'; cheque: Cheque.SignedCheque }
  /** `cumulative`: the `cumulative` of the receiver's newest cheque that the sender holds, minus the amount that has bounced. */
  | { type: 'accepted'; cumulative: bigint }
  /** The sender reduces the debt of the receiver by this amount, at the expense of the sender's free allowance or of a sponsor. */
  | { type: 'gift'; amount: bigint }
  /** Cheques of the receiver have bounced: the receiver owes this amount again. */
  | { type: 'bounced'; amount: bigint }
  /** `amount`: see `reasons`. */
  | { type: 'refusal'; reason: Reason; amount: bigint }
  | { type: 'acknowledgement'; acknowledgement: SignedAcknowledgement }
  | SubsidyMessage

/**
 * The reasons of a refusal. `unpaid`: the sender sends no bytes until the receiver pays; `amount` is the debt of the receiver. `price`: the sender does
 * not pay the offered price; `amount` is the highest price that it pays. `budget`: the sender pays no more now. All other reasons: the sender has refused
 * a cheque, and `amount` is the `cumulative` as in `accepted`. `busy`: the receiver may send the cheque again later.
 */
export const reasons = [
  'unpaid',
  'price',
  'budget',
  'busy',
  'channel',
  'lower',
  'signer',
  'expired',
  'cap',
  'insolvent',
  'bounced',
] as const
export type Reason = (typeof reasons)[number]

export const version = 1

type Type = Message['type']
type Codec<Of extends Type> = {
  tag: number
  write(message: Extract<Message, { type: Of }>): Uint8Array[]
  read(reader: Reader): Omit<Extract<Message, { type: Of }>, 'type'>
}

const signatureBytes = 65

const codecs: { [Of in Type]: Codec<Of> } = {
  offer: {
    tag: 1,
    write: ({ weiPerByte, credit, splitee, splitBps }) => [
      u96(weiPerByte),
      u96(credit),
      hex(splitee, 20),
      u16(splitBps),
    ],
    read: (reader) => ({
      weiPerByte: readU96(reader),
      credit: readU96(reader),
      splitee: reader.hex(20),
      splitBps: readU16(reader),
    }),
  },
  statement: {
    tag: 2,
    write: ({ isKnown, balance, held, acknowledged }) => {
      const isNegative = balance < 0n
      return [
        u8((isKnown ? 2 : 0) + (isNegative ? 1 : 0)),
        u96(isNegative ? -balance : balance),
        u96(held),
        u96(acknowledged),
      ]
    },
    read: (reader) => {
      const flags = reader.u8()
      const amount = readU96(reader)
      if (flags > 3 || (flags & 1 && amount === 0n)) throw new FormError('a statement with wrong flags')
      const balance = flags & 1 ? -amount : amount
      return { isKnown: flags > 1, balance, held: readU96(reader), acknowledged: readU96(reader) }
    },
  },
  cheque: {
    tag: 3,
    write: ({ cheque: { issuer, beneficiary, splitee, splitBps, cumulative, signature } }) => [
      ...[hex(issuer, 20), hex(beneficiary, 20), hex(splitee, 20), u16(splitBps)],
      ...[u96(cumulative), hex(signature, signatureBytes)],
    ],
    // JavaScript evaluates the fields of a literal in the written order, which is the order of the bytes.
    read: (reader) => ({
      cheque: {
        issuer: reader.hex(20),
        beneficiary: reader.hex(20),
        splitee: reader.hex(20),
        splitBps: readU16(reader),
        cumulative: readU96(reader),
        signature: reader.hex(signatureBytes),
      },
    }),
  },
  accepted: {
    tag: 4,
    write: ({ cumulative }) => [u96(cumulative)],
    read: (reader) => ({ cumulative: readU96(reader) }),
  },
  gift: { tag: 5, write: ({ amount }) => [u96(amount)], read: (reader) => ({ amount: readU96(reader) }) },
  bounced: { tag: 6, write: ({ amount }) => [u96(amount)], read: (reader) => ({ amount: readU96(reader) }) },
  refusal: {
    tag: 7,
    write: ({ reason, amount }) => [u8(reasons.indexOf(reason)), u96(amount)],
    read: (reader) => {
      const reason = reasons[reader.u8()]
      if (!reason) throw new FormError('an unknown reason')
      return { reason, amount: readU96(reader) }
    },
  },
  acknowledgement: {
    tag: 8,
    write: ({ acknowledgement: { streamId, acknowledger, uploader, bytes, signature } }) => [
      ...[hex(streamId, 32), hex(acknowledger, 20), hex(uploader, 20), u64(bytes), hex(signature, signatureBytes)],
    ],
    read: (reader) => ({
      acknowledgement: {
        streamId: reader.hex(32),
        acknowledger: reader.hex(20),
        uploader: reader.hex(20),
        bytes: reader.u64(),
        signature: reader.hex(signatureBytes),
      },
    }),
  },
  ...subsidyCodecs,
}

const typeOf = new Map((Object.keys(codecs) as Type[]).map((type) => [codecs[type].tag, type]))

/** One byte for the version, one byte for the type, then the fields. Throws `FormError` if a field is out of bounds. */
export function encode(message: Message): Uint8Array {
  const codec = codecs[message.type] as Codec<Type>
  return concat([u8(version), u8(codec.tag), ...codec.write(message)])
}

/**
 * Reads a message of a peer. `undefined`: the message has another version or an unknown type, and the receiver ignores it. Throws `MalformedError`.
 */
export function decode(bytes: Uint8Array): Message | undefined {
  const reader = new Reader(bytes)
  let type: Type | undefined
  try {
    if (reader.u8() !== version) return undefined
    type = typeOf.get(reader.u8())
    if (!type) return undefined
    const message = { type, ...codecs[type].read(reader) } as Message
    if (reader.remaining > 0) throw new FormError(`${reader.remaining} bytes too many`)
    return message
  } catch (error) {
    if (error instanceof FormError) throw new MalformedError({ type, reason: error.message })
    throw error
  }
}

function u16(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new FormError(`${value} is not a uint16`)
  return Uint8Array.of(value >> 8, value & 0xff)
}

const readU16 = (reader: Reader): number => reader.u8() * 256 + reader.u8()

export class MalformedError extends ProtocolError {
  override readonly name = 'messages.MalformedError'
  constructor({ type, reason }: { type: Type | undefined; reason: string }) {
    super('The peer sent a message about payments that is not well formed.', {
      details: [`Message: ${type ?? 'without a type'}`, `Reason: ${reason}`],
    })
  }
}
