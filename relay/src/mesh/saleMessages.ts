import { type Cheque, EpochKey, type KeyServer, type StreamPrice } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { FormError, hex, type Reader, u16, u64, u96 } from './bytes'
import type { Codecs } from './codec'

/** Messages between the broadcaster of a paid stream and its transcoder, which has the capability `sealed`. Decision 050. */
export type SaleMessage =
  /** Says that the stream is a paid stream. Comes before the Assignment. The transcoder then publishes only sealed segments. */
  | { type: 'sale'; price: StreamPrice.StreamPrice; servers: readonly KeyServer.KeyServer[] }
  /** The key of an epoch. Comes before the first segment of the epoch. */
  | { type: 'epochKey'; epoch: bigint; key: EpochKey.EpochKey }
  /** The salt with which the broadcaster encrypts the next segment. Comes before its `begin`. */
  | { type: 'seal'; sequenceNumber: bigint; salt: Hex }
  /** The transcoder sold keys for this cheque, which only the broadcaster can cash. */
  | { type: 'income'; cheque: Cheque.SignedCheque }

const maxServers = 4

// JavaScript evaluates the fields of a literal in the written order, which is the order of the bytes.
export const saleCodecs: Codecs<SaleMessage> = {
  sale: {
    tag: 0xa1,
    write({ price, servers }) {
      if (servers.length > maxServers) throw new FormError(`${servers.length} key servers`)
      const { streamId } = price
      if (servers.some((server) => server.streamId.toLowerCase() !== streamId.toLowerCase()))
        throw new FormError('a key server of another stream')
      return [
        ...[hex(streamId, 32), hex(price.beneficiary, 20), u96(price.weiPerSegment), hex(price.signature, 65)],
        ...servers.flatMap(({ server, splitBps, until, signature }) => [
          ...[hex(server, 20), u16(splitBps), u64(until), hex(signature, 65)],
        ]),
      ]
    },
    read(reader) {
      const streamId = reader.hex(32)
      const terms = { beneficiary: reader.hex(20), weiPerSegment: reader.u96(), signature: reader.hex(65) }
      const servers: KeyServer.KeyServer[] = []
      while (reader.remaining > 0 && servers.length < maxServers) servers.push({ streamId, ...readServer(reader) })
      return { price: { streamId, ...terms }, servers }
    },
  },
  epochKey: {
    tag: 0xa2,
    write({ epoch, key }) {
      if (key.length !== EpochKey.keyBytes) throw new FormError(`a key of ${key.length} bytes`)
      return [u64(epoch), key]
    },
    read: (reader) => ({ epoch: reader.u64(), key: new Uint8Array(reader.bytes(EpochKey.keyBytes)) }),
  },
  seal: {
    tag: 0xa3,
    write: ({ sequenceNumber, salt }) => [u64(sequenceNumber), hex(salt, 16)],
    read: (reader) => ({ sequenceNumber: reader.u64(), salt: reader.hex(16) }),
  },
  income: {
    tag: 0xa4,
    write: ({ cheque: { issuer, beneficiary, splitee, splitBps, cumulative, signature } }) => [
      ...[hex(issuer, 20), hex(beneficiary, 20), hex(splitee, 20), u16(splitBps)],
      ...[u96(cumulative), hex(signature, 65)],
    ],
    read: (reader) => ({
      cheque: {
        issuer: reader.hex(20),
        beneficiary: reader.hex(20),
        splitee: reader.hex(20),
        splitBps: reader.u16(),
        cumulative: reader.u96(),
        signature: reader.hex(65),
      },
    }),
  },
}

const readServer = (reader: Reader) => ({
  server: reader.hex(20),
  splitBps: reader.u16(),
  until: reader.u64(),
  signature: reader.hex(65),
})
