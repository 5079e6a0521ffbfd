// The page of payments/browser.test.ts: one tab with the store of payments.
import type { Cheque } from '@lp/contracts/protocol'
import { Cashier } from 'lp-relay'
import { type Address, zeroAddress } from 'viem'
import { lockStore } from '../payments/lockStore'
import { PaymentDatabase } from '../payments/PaymentDatabase'
import { openSessionKey } from '../payments/sessionKey'

const issuer: Address = '0x00000000000000000000000000000000000000aa'
const beneficiary: Address = '0x00000000000000000000000000000000000000bb'
const channel: Cheque.Channel = { issuer, beneficiary, splitee: zeroAddress, splitBps: 0 }
const nothing = () => Promise.reject(new RangeError('This page asks nothing of the chain.'))

let database: PaymentDatabase
let cashier: Cashier
let release = () => {}
const closing = new AbortController()

const driver = {
  /** Opens the store. Returns the address of the session key. */
  async open(name: string): Promise<string> {
    database = await PaymentDatabase.open(name)
    const signer = await openSessionKey(database)
    cashier = await Cashier.open({
      ...{ store: database, chain: { factsOf: nothing, costOf: nothing, cash: nothing } },
      domain: { chainId: 31337, chequebook: zeroAddress },
      key: { issuer, signer, cap: 10n ** 18n, expiry: 10n ** 10n },
      isOurs: () => false,
      nowMs: Date.now,
    })
    return signer.address
  },
  /** Writes a cheque. Returns its `cumulative`. */
  async pay(wei: number): Promise<number> {
    const { cumulative } = await cashier.write(channel, { amount: BigInt(wei), party: beneficiary })
    return Number(cumulative)
  },
  promised: () => Number(cashier.promised),
  clear: () => database.clear(),
  /** Whether a script can read the key that encrypts the session key, and the fields of the stored session key. */
  async lookAtKey() {
    const key = await database.readKey()
    return { isExtractable: key?.aes.extractable, fields: Object.keys(key ?? {}).sort() }
  },
  /** `waits`: another tab has the store now. */
  lock: (name: string): Promise<'held' | 'waits'> =>
    new Promise((resolve, reject) => {
      lockStore(name, { signal: closing.signal, onWait: () => resolve('waits') }).then((given) => {
        release = given
        document.title = 'held'
        resolve('held')
      }, reject)
    }),
  release: () => release(),
}

export type Driver = typeof driver

Object.assign(globalThis, { driver })
