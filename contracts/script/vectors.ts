import { readFileSync, writeFileSync } from 'node:fs'
import { keccak256, toHex, zeroHash } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import {
  Acceptance,
  AllocationTree,
  Assignment,
  Claim,
  Hello,
  Json,
  Lottery,
  MerkleTree,
  Part,
  PayloadTree,
  PieceTree,
  Segment,
  StreamBinding,
  StreamEnd,
  StreamId,
  TranscodeReceipt,
  typedData,
} from '../protocol'
import { chequeVectors } from './chequeVectors'
import { sealedVectors } from './sealedVectors'
import { stateVectors } from './stateVectors'
import { subsidyVectors } from './subsidyVectors'

const key = (name: string) => privateKeyToAccount(keccak256(toHex(name)))
const streamKey = key('stream key')
const transcoder = key('transcoder')
const renditionKey = key('rendition key')
const relayKey = key('relay')
const domain: typedData.Domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' }
const jobId = keccak256(toHex('job'))
const streamId = StreamId.create({ origin: streamKey.address, nonce: '0x0102030405060708090a0b0c' })
const payload = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 255)

/**
 * Computes the vectors with the TypeScript code. The vectors of Recipe and of TranscodingOptions are not included: the tests of these
 * two nouns compute them. The tests in Solidity check the Solidity code against the same files.
 */
export async function vectors(): Promise<Record<string, unknown>> {
  const signed = { domain, signer: streamKey.address }
  const segments = await Promise.all(
    [0n, 1n, 30n, 2n ** 64n - 1n].map((sequenceNumber) =>
      Segment.sign(
        {
          streamId,
          sequenceNumber,
          startTimeMs: 1_790_000_000_000n,
          durationMs: 2_000,
          dataHash: keccak256(toHex(sequenceNumber)),
        },
        streamKey,
        domain,
      ),
    ),
  )
  const payloads = await Promise.all(
    [0, 1, 31, 32, 33, 64, 65, 188, 4096, 5000].map(async (length) => {
      const tree = await PayloadTree.build(payload(length))
      const index = Math.floor(Math.max(0, length - 1) / 32)
      const leaf = toHex((tree.levels[0] as Uint8Array).subarray(index * 32, index * 32 + 32))
      return {
        length,
        data: toHex(payload(length)),
        root: PayloadTree.root(tree),
        dataHash: PayloadTree.dataHash(tree),
        index,
        leaf,
        proof: PayloadTree.prove(tree, index),
      }
    }),
  )
  const acceptance = { jobId, streamId, renditionKey: renditionKey.address, fromSequence: 3n }
  const assignment = { ...acceptance, transcoder: transcoder.address }
  const receipts = await Promise.all(
    segments.slice(0, 3).map(({ sequenceNumber, dataHash, signature }) =>
      TranscodeReceipt.sign(
        {
          jobId,
          streamId,
          sequenceNumber,
          dataHash,
          transcodedDataHash: keccak256(dataHash),
          broadcasterSignature: signature,
        },
        renditionKey,
        domain,
      ),
    ),
  )
  const receiptHashes = receipts.map((receipt) => TranscodeReceipt.hash(receipt, domain))
  const leaves = receiptHashes.map((receiptHash, index) => ({ receiptHash, durationMs: 1_900 + 100 * index }))
  const trees = [1, 2, 3].map((count) => {
    const tree = MerkleTree.build(leaves.slice(0, count))
    const index = count - 1
    const siblings = MerkleTree.prove(tree, index)
    return {
      root: MerkleTree.root(tree),
      count,
      index,
      ...(leaves[index] as MerkleTree.Leaf),
      siblingHashes: siblings.map(({ hash }) => hash),
      siblingDurationsMs: siblings.map(({ durationMs }) => durationMs),
    }
  })
  const allocations = [transcoder, renditionKey, relayKey].map(({ address }, index) => ({
    account: address,
    amount: 10n ** 18n * BigInt(index + 1) + 1n,
  }))
  const allocationTrees = [1, 2, 3].map((count) => {
    const [tree, index] = [AllocationTree.build(allocations.slice(0, count)), count - 1]
    const siblings = AllocationTree.prove(tree, index)
    return { root: AllocationTree.root(tree), count, index, ...allocations[index], siblings }
  })
  const draw = { blockHash: keccak256(toHex('block')), verificationRate: 3n }
  const claims = [[3n], [3n, 4n, 5n, 9n, 10n], [0n, 1n, 2n, 300n, 2n ** 64n - 1n]].map((sequenceNumbers, index) => {
    const claim: Claim.Claim = {
      jobId,
      transcoder: transcoder.address,
      renditionKey: renditionKey.address,
      fromSequence: sequenceNumbers[0] as bigint,
      previousClaimId: index === 0 ? zeroHash : keccak256(toHex(`claim ${index}`)),
      ranges: Claim.rangesOf(sequenceNumbers),
      durationMs: BigInt(2_000 * sequenceNumbers.length),
      merkleRoot: keccak256(toHex(`root ${index}`)),
    }
    const { ranges, ...rest } = claim
    const claimId = Claim.id(claim)
    return {
      ...rest,
      firsts: ranges.map(({ first }) => first),
      lasts: ranges.map(({ last }) => last),
      sequenceNumbers,
      claimId,
      ...draw,
      challenged: Lottery.challenged(claim, draw),
    }
  })
  return {
    StreamId: {
      cases: [
        { streamId, origin: streamKey.address, infoHash: StreamId.infoHash(streamId) },
        ...[0, 1, 2].map((index) => {
          const rendition = StreamId.rendition({ jobId, streamId, index, renditionKey: renditionKey.address })
          return { streamId: rendition, origin: renditionKey.address, infoHash: StreamId.infoHash(rendition) }
        }),
      ],
      renditions: [0, 1, 2].map((index) => ({
        jobId,
        streamId,
        index,
        renditionKey: renditionKey.address,
        rendition: StreamId.rendition({ jobId, streamId, index, renditionKey: renditionKey.address }),
      })),
    },
    Segment: { ...signed, cases: segments.map((segment) => ({ ...segment, hash: Segment.hash(segment, domain) })) },
    StreamEnd: {
      ...signed,
      cases: [await StreamEnd.sign({ streamId, lastSequenceNumber: 41n }, streamKey, domain)].map(
        ({ signature, ...message }) => ({
          ...message,
          hash: typedData.hash('StreamEnd', message, domain),
          signature,
        }),
      ),
    },
    StreamBinding: {
      ...signed,
      cases: [
        {
          streamId,
          broadcaster: transcoder.address,
          hash: typedData.hash('StreamBinding', { streamId, broadcaster: transcoder.address }, domain),
          signature: await StreamBinding.sign({ streamId, broadcaster: transcoder.address }, streamKey, domain),
        },
      ],
    },
    Acceptance: {
      domain,
      signer: transcoder.address,
      cases: [
        {
          ...(await Acceptance.sign(acceptance, transcoder, domain)),
          hash: typedData.hash('Acceptance', acceptance, domain),
        },
      ],
    },
    Assignment: {
      ...signed,
      cases: [
        {
          ...(await Assignment.sign(assignment, streamKey, domain)),
          hash: typedData.hash('Assignment', assignment, domain),
        },
      ],
    },
    Part: { ...signed, cases: await partVectors() },
    Hello: { domain, streamKey: streamKey.address, relayKey: relayKey.address, cases: await helloVectors() },
    TranscodeReceipt: {
      domain,
      signer: renditionKey.address,
      cases: receipts.map((receipt, index) => ({ ...receipt, hash: receiptHashes[index] })),
    },
    PayloadTree: { cases: payloads },
    MerkleTree: { cases: trees },
    AllocationTree: { cases: allocationTrees },
    Claim: { cases: claims },
    ...stateVectors(),
    ...(await chequeVectors()),
    ...(await subsidyVectors()),
    ...(await sealedVectors()),
  }
}

/** The parts of one segment. The contracts do not read parts. */
async function partVectors() {
  const growing = await PieceTree.grow()
  const cases: unknown[] = []
  for (const [index, length] of [188, 16_384, 40_000].entries()) {
    growing.append(payload(length).subarray(growing.length))
    const place = { streamId, sequenceNumber: 7n, startTimeMs: 1_790_000_000_000n, index, length }
    const part = { ...place, durationMs: 333 * (index + 1), prefixHash: growing.prefixHash() }
    cases.push({ ...(await Part.sign(part, streamKey, domain)), hash: typedData.hash('Part', part, domain) })
  }
  return cases
}

/** HELLO of both ends of a connection, over WebRTC and over WebSocket. The contracts do not read HELLO. */
async function helloVectors() {
  const fingerprint = (byte: string) => `sha-256 ${Array(32).fill(byte).join(':')}`
  const connections: Hello.Connection[] = [
    { localFingerprint: fingerprint('0a'), remoteFingerprint: fingerprint('0b') },
    {
      ...{
        localNonce: keccak256(toHex('nonce of the broadcaster')),
        remoteNonce: keccak256(toHex('nonce of the relay')),
      },
      serviceUri: 'https://relay.example/lp',
    },
  ]
  const ends = connections.flatMap((connection) => [
    { signer: streamKey, hello: { role: 'broadcaster', connection, capabilities: 0n, paymentKey: undefined } },
    {
      signer: relayKey,
      hello: {
        ...{ role: 'relay', connection: Hello.otherEnd(connection), capabilities: 1n, paymentKey: transcoder.address },
      },
    },
  ])
  return Promise.all(
    ends.map(async ({ signer, hello }) => {
      const signed = { streamId, ...hello }
      const [hash, signature] = [Hello.hash(signed, domain), await Hello.sign(signed, signer, domain)]
      return { ...signed, signer: signer.address, hash, signature }
    }),
  )
}

export const serialise = (value: unknown) => `${Json.stringify(value, 2)}\n`

/** Writes the vector files. With `--check`, throws `VectorDriftError` if a file would change. */
export default async function main(args: readonly string[]) {
  for (const [noun, value] of Object.entries(await vectors())) {
    const file = new URL(`../vectors/${noun}.json`, `file://${process.cwd()}/contracts/script/`)
    if (!args.includes('--check')) writeFileSync(file, serialise(value))
    else if (readFileSync(file, 'utf8') !== serialise(value)) throw new VectorDriftError(noun)
  }
}

class VectorDriftError extends Error {
  override readonly name = 'VectorDriftError'
  constructor(noun: string) {
    super(
      `contracts/vectors/${noun}.json does not match the protocol. Run: node scripts/ts.mjs contracts/script/vectors.ts`,
    )
  }
}
