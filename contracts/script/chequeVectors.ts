import { type Hex, keccak256, toHex, zeroAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { Cheque, Chequebook } from '../protocol'

const key = (name: string) => privateKeyToAccount(keccak256(toHex(name)))
const issuer = key('issuer')
const sessionKey = key('session key')
const stranger = key('stranger')
const domain: Cheque.Domain = { chainId: 31337, chequebook: '0x2222222222222222222222222222222222222222' }
const plain: Cheque.Channel = {
  issuer: issuer.address,
  beneficiary: key('beneficiary').address,
  ...{ splitee: zeroAddress, splitBps: 0 },
}
const split: Cheque.Channel = { ...plain, splitee: key('splitee').address, splitBps: 1_250 }
const ether = 10n ** 18n
const time = 1_790_000_000n

/** The vectors of Cheque (hashes and signatures), and of Chequebook (the payment of a cheque in given states). */
export const chequeVectors = async () => ({
  Cheque: { domain, signer: sessionKey.address, cases: await cheques(), invalidSplits },
  Chequebook: { domain, outcomeNames: Chequebook.outcomeNames, cases: await payments() },
})

const cheques = () =>
  Promise.all(
    [
      { ...plain, cumulative: 1n },
      { ...plain, cumulative: Cheque.maxAmount },
      { ...split, cumulative: ether },
      { ...split, splitBps: 1, cumulative: ether },
      { ...split, splitBps: Cheque.maxBps, cumulative: 3n * ether + 1n },
    ].map(async (cheque) => ({
      ...(await Cheque.sign(cheque, sessionKey, domain)),
      split: Cheque.splitOf(cheque),
      channelId: Cheque.channelId(cheque),
      hash: Cheque.hash(cheque, domain),
      part: Cheque.partOf(cheque, cheque.cumulative),
    })),
  )

/**
 * Values of `split` that are in no valid channel: the basis points or the splitee are missing, there are too many basis points, or a bit
 * above the address is set.
 */
const invalidSplits = [
  Cheque.splitOf({ ...split, splitBps: 0 }),
  Cheque.splitOf({ ...plain, splitBps: 1 }),
  Cheque.splitOf({ ...split, splitBps: Cheque.maxBps + 1 }),
  Cheque.splitOf(split) | (1n << 176n),
]

const account: Chequebook.Account = { deposit: 10n * ether, withdrawal: 0n, withdrawableAt: 0n, bouncedAt: 0n }
const channel: Chequebook.ChannelState = {
  ...{ paid: 0n, hardDeposit: 0n, bouncedAt: 0n, decrease: 0n, decreasableAt: 0n },
}
const poor = { ...account, deposit: ether }
const empty = { ...account, deposit: 0n }
const authorised: Chequebook.SessionKey = { cap: 5n * ether, spent: ether, expiry: time + 1n }
const unknown: Chequebook.SessionKey = { cap: 0n, spent: 0n, expiry: 0n }
const later = { withdrawableAt: time + 60n }

type Case = Partial<Parameters<typeof Chequebook.payable>[0]>

const cases: readonly Case[] = [
  {},
  { cheque: { ...split, cumulative: 3n } },
  { channel: { ...channel, paid: 2n * ether } },
  { channel: { ...channel, paid: 3n * ether } },
  { channel: { ...channel, paid: 4n * ether } },
  { account: poor },
  { account: poor, channel: { ...channel, hardDeposit: ether } },
  { account: poor, channel: { ...channel, hardDeposit: 2n * ether } },
  { account: poor, channel: { ...channel, hardDeposit: 4n * ether } },
  { account: poor, channel: { ...channel, hardDeposit: 4n * ether, decrease: ether } },
  { account: poor, channel: { ...channel, hardDeposit: 4n * ether, decrease: 9n * ether } },
  { account: { ...account, withdrawal: 4n * ether, ...later } },
  { account: { ...account, withdrawal: Cheque.maxAmount, ...later }, channel: { ...channel, hardDeposit: ether } },
  {
    account: { ...account, withdrawal: 11n * ether, ...later },
    channel: { ...channel, hardDeposit: 4n * ether, decrease: 3n * ether },
  },
  { account: empty },
  { account: empty, channel: { ...channel, bouncedAt: time - 9n } },
  { account: poor, channel: { ...channel, paid: ether, bouncedAt: time - 9n } },
  { account: { ...account, bouncedAt: time - 9n }, channel: { ...channel, paid: ether, bouncedAt: time - 9n } },
  { signer: 'contract' },
  { signer: 'contract', account: poor },
  { signer: authorised },
  { signer: { ...authorised, spent: 2n * ether } },
  { signer: { ...authorised, spent: 4n * ether } },
  { signer: { ...authorised, spent: 4n * ether }, account: { ...account, deposit: ether / 2n } },
  { signer: { ...authorised, spent: 5n * ether } },
  { signer: { ...authorised, expiry: time } },
  { signer: { ...authorised, expiry: time }, channel: { ...channel, paid: 3n * ether } },
  { signer: unknown },
  { cheque: { ...split, cumulative: 3n * ether + 7n }, channel: { ...channel, paid: ether + 3n } },
  { cheque: { ...split, cumulative: 9n * ether }, account: poor, channel: { ...channel, paid: 7n, hardDeposit: 11n } },
  { cheque: { ...split, splitBps: Cheque.maxBps, cumulative: ether } },
  { cheque: { ...split, splitBps: Cheque.maxBps + 1, cumulative: ether } },
  { cheque: { ...plain, beneficiary: plain.issuer, cumulative: ether } },
  { cheque: { ...plain, cumulative: Cheque.maxAmount } },
]

const payments = () =>
  Promise.all(
    cases.map(async (differences) => {
      const facts = { cheque: { ...plain, cumulative: 3n * ether }, signer: 'issuer', account, channel, time } as const
      const { cheque, signer, ...rest } = { ...facts, ...differences }
      const isKey = typeof signer === 'object'
      return {
        ...{ cheque: { ...cheque, split: Cheque.splitOf(cheque) }, ...rest },
        signer: isKey ? 'key' : signer,
        key: isKey ? signer : unknown,
        keyAddress: signer === unknown ? stranger.address : sessionKey.address,
        signature: await signatureOf(cheque, signer),
        payable: Chequebook.payable({ cheque, signer, ...rest }),
        solvency: Chequebook.solvency(rest),
      }
    }),
  )

function signatureOf(cheque: Cheque.Cheque, signer: Chequebook.Signer): Promise<Hex> | Hex {
  if (signer === 'contract') return '0x1271'
  const by = signer === 'issuer' ? issuer : signer === unknown ? stranger : sessionKey
  return by.sign({ hash: Cheque.hash(cheque, domain) })
}
