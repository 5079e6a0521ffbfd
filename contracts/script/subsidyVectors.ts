import { keccak256, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { Admission, Sponsorship, StreamId, type typedData } from '../protocol'

const key = (name: string) => privateKeyToAccount(keccak256(toHex(name)))
const streamKey = key('stream key')
const sponsor = key('sponsor')
const domain: typedData.ChequeDomain = { chainId: 31337, chequebook: '0x2222222222222222222222222222222222222222' }
const streamId = StreamId.create({ origin: streamKey.address, nonce: '0x0102030405060708090a0b0c' })
const expiry = 1_790_000_000n

/** The vectors of Sponsorship and Admission (hashes and signatures). No contract reads them. */
export const subsidyVectors = async () => ({
  Sponsorship: {
    ...{ domain, signer: streamKey.address },
    cases: await Promise.all(
      [1n, 2n ** 96n - 1n].map(async (maxWeiPerByte) => {
        const header = { streamId, sponsor: sponsor.address, maxWeiPerByte, expiry }
        return { ...(await Sponsorship.sign(header, streamKey, domain)), hash: Sponsorship.hash(header, domain) }
      }),
    ),
  },
  Admission: {
    ...{ domain, signer: sponsor.address },
    cases: await Promise.all(
      [
        { number: 1, capBytes: 1n },
        { number: 2 ** 32 - 1, capBytes: 2n ** 64n - 1n },
      ].map(async (limits) => {
        const header = { streamId, viewer: key('viewer').address, ...limits, expiry }
        return { ...(await Admission.sign(header, sponsor, domain)), hash: Admission.hash(header, domain) }
      }),
    ),
  },
})
