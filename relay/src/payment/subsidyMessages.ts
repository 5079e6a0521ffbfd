import type { Admission, Sponsorship } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { FormError, hex, type Reader, u8, u32, u64 } from '../mesh/bytes'
import { readU96, u96 } from './u96'

/** The acknowledgement of a viewer. The relay that sends the message is the uploader. */
export type Delivery = { viewer: Address; bytes: bigint; signature: Hex }
/** The number of all bytes from the relay to this viewer that the sponsor has agreed to pay for. */
export type Credit = { viewer: Address; bytes: bigint }

/** A message between the sponsor, the relays and the viewers of a subsidised stream (decision 052). */
export type SubsidyMessage =
  /** The stream is subsidised. The sponsor sends this message, or a relay passes it on. */
  | { type: 'sponsorship'; sponsorship: Sponsorship.Sponsorship }
  /** The viewer asks for admission. The viewer sends this message, or a relay passes it on to the sponsor. */
  | { type: 'application'; streamId: Hex; viewer: Address }
  /** The sponsor sends this message to the viewer, directly or through a relay. The viewer sends it to each relay that serves the viewer. */
  | { type: 'admission'; sponsorship: Sponsorship.Sponsorship; admission: Admission.Admission }
  /** A relay asks the sponsor to pay. At most `maxDeliveries`. */
  | { type: 'deliveries'; streamId: Hex; deliveries: readonly Delivery[] }
  /** The sponsor's answer to `deliveries`. A cheque follows if a payment is due. */
  | { type: 'credits'; streamId: Hex; credits: readonly Credit[] }

/** The largest number of deliveries or credits in one message. */
export const maxDeliveries = 32

type Type = SubsidyMessage['type']
type Codec<Of extends Type> = {
  tag: number
  write(message: Extract<SubsidyMessage, { type: Of }>): Uint8Array[]
  read(reader: Reader): Omit<Extract<SubsidyMessage, { type: Of }>, 'type'>
}

const signatureBytes = 65

export const subsidyCodecs: { [Of in Type]: Codec<Of> } = {
  sponsorship: {
    tag: 9,
    write: ({ sponsorship }) => writeSponsorship(sponsorship),
    read: (reader) => ({ sponsorship: readSponsorship(reader) }),
  },
  application: {
    tag: 10,
    write: ({ streamId, viewer }) => [hex(streamId, 32), hex(viewer, 20)],
    read: (reader) => ({ streamId: reader.hex(32), viewer: reader.hex(20) }),
  },
  admission: {
    tag: 11,
    write: ({ sponsorship, admission: { viewer, number, capBytes, expiry, signature } }) => [
      ...writeSponsorship(sponsorship),
      ...[hex(viewer, 20), u32(number), u64(capBytes), u64(expiry), hex(signature, signatureBytes)],
    ],
    // JavaScript evaluates the fields of a literal in the written order, which is the order of the bytes.
    read: (reader) => {
      const sponsorship = readSponsorship(reader)
      const { streamId } = sponsorship
      const admission = {
        ...{ streamId, viewer: reader.hex(20), number: reader.u32(), capBytes: reader.u64(), expiry: reader.u64() },
        signature: reader.hex(signatureBytes),
      }
      return { sponsorship, admission }
    },
  },
  deliveries: {
    tag: 12,
    write: ({ streamId, deliveries }) => [
      ...[hex(streamId, 32), u8(within(deliveries.length))],
      ...deliveries.flatMap(({ viewer, bytes, signature }) => [
        ...[hex(viewer, 20), u64(bytes), hex(signature, signatureBytes)],
      ]),
    ],
    read: (reader) => ({
      streamId: reader.hex(32),
      deliveries: readList(reader, () => ({
        ...{ viewer: reader.hex(20), bytes: reader.u64(), signature: reader.hex(signatureBytes) },
      })),
    }),
  },
  credits: {
    tag: 13,
    write: ({ streamId, credits }) => [
      ...[hex(streamId, 32), u8(within(credits.length))],
      ...credits.flatMap(({ viewer, bytes }) => [hex(viewer, 20), u64(bytes)]),
    ],
    read: (reader) => ({
      streamId: reader.hex(32),
      credits: readList(reader, () => ({ viewer: reader.hex(20), bytes: reader.u64() })),
    }),
  },
}

/** Whether the message belongs to a subsidy. */
export const isSubsidyMessage = (message: { type: string }): message is SubsidyMessage => message.type in subsidyCodecs

const writeSponsorship = ({ streamId, sponsor, maxWeiPerByte, expiry, signature }: Sponsorship.Sponsorship) => [
  ...[hex(streamId, 32), hex(sponsor, 20), u96(maxWeiPerByte), u64(expiry), hex(signature, signatureBytes)],
]

const readSponsorship = (reader: Reader): Sponsorship.Sponsorship => ({
  ...{ streamId: reader.hex(32), sponsor: reader.hex(20), maxWeiPerByte: readU96(reader), expiry: reader.u64() },
  signature: reader.hex(signatureBytes),
})

function readList<Item>(reader: Reader, read: () => Item): Item[] {
  return Array.from({ length: within(reader.u8()) }, read)
}

function within(count: number): number {
  if (count > maxDeliveries) throw new FormError(`${count} viewers where ${maxDeliveries} are allowed`)
  return count
}
