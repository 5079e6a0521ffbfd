import { bytesToHex, hexToBytes, keccak256, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import {
  EpochKey,
  KeyRequest,
  KeyServer,
  PayloadTree,
  SealedSegment,
  Segment,
  StreamId,
  StreamPrice,
  typedData,
} from '../protocol'

const key = (name: string) => privateKeyToAccount(keccak256(toHex(name)))
const streamKey = key('stream key')
const buyer = key('session key')
const domain: typedData.Domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' }
const streamId = StreamId.create({ origin: streamKey.address, nonce: '0x0102030405060708090a0b0c' })
const epochKey = hexToBytes(keccak256(toHex('epoch key')))
const salt = '0x000102030405060708090a0b0c0d0e0f'
const payload = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 255)

/** The vectors of SealedSegment, StreamPrice, KeyServer and KeyRequest. The tests of the contracts do not read them. */
export async function sealedVectors(): Promise<Record<string, unknown>> {
  const price = { streamId, beneficiary: key('broadcaster').address, weiPerSegment: 2_000_000_000_000n }
  const server = { streamId, server: key('relay').address, splitBps: 500, until: 1_790_000_000n }
  const request = {
    ...{ streamId, epoch: 7n, server: server.server, issuer: key('issuer').address },
    publicKey: bytesToHex(payload(65)),
  }
  return {
    SealedSegment: {
      domain,
      epochKey: bytesToHex(epochKey),
      keyId: await EpochKey.id(epochKey),
      streamId,
      sealedStreamId: SealedSegment.streamIdOf(streamId),
      cases: await Promise.all([0, 1, 16, 33, 188].map((length, at) => sealed(length, BigInt(at) * 36n))),
    },
    StreamPrice: {
      domain,
      signer: streamKey.address,
      cases: [
        {
          ...(await StreamPrice.sign(price, streamKey, domain)),
          hash: typedData.hash('StreamPrice', price, domain),
        },
      ],
    },
    KeyServer: {
      domain,
      signer: streamKey.address,
      cases: [
        { ...(await KeyServer.sign(server, streamKey, domain)), hash: typedData.hash('KeyServer', server, domain) },
      ],
    },
    KeyRequest: {
      domain,
      signer: buyer.address,
      cases: [
        { ...(await KeyRequest.sign(request, buyer, domain)), hash: typedData.hash('KeyRequest', request, domain) },
      ],
    },
  }
}

async function sealed(length: number, sequenceNumber: bigint) {
  const data = payload(length)
  const cipherText = await SealedSegment.seal(data, epochKey, { streamId, sequenceNumber, salt })
  const plain = { streamId, sequenceNumber, startTimeMs: 1_790_000_000_000n, durationMs: 2_000 }
  const header = SealedSegment.headerOf(
    { ...plain, dataHash: await PayloadTree.hash(data) },
    await PayloadTree.hash(cipherText),
  )
  return {
    sequenceNumber,
    epoch: EpochKey.epochOf(sequenceNumber),
    salt,
    data: bytesToHex(data),
    sealed: bytesToHex(cipherText),
    segment: await Segment.sign(header, streamKey, domain),
  }
}
