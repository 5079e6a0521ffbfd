import type { Address, Hex } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { beforeEach, describe, expect, test } from 'vitest'
import { domain } from '../../testbeds/chequebook'
import * as Acknowledgement from './Acknowledgement'
import { AcknowledgementDesk } from './AcknowledgementDesk'
import { Acknowledgements } from './Acknowledgements'
import { Allowance } from './Allowance'
import { PaymentLink } from './PaymentLink'

const streamId: Hex = `0x${'51'.repeat(32)}`
const newKey = () => privateKeyToAccount(generatePrivateKey())
const lower = ({ address }: PrivateKeyAccount) => address.toLowerCase() as Address
const [relay, payer] = [newKey(), newKey()]
const plenty = { bytesPerSecond: 1e9, burstBytes: 1e12 }
const statementBytes = 100_000

let nowMs: number
let allowance: Allowance
let desk: AcknowledgementDesk
beforeEach(() => {
  nowMs = 0
  allowance = new Allowance({ each: plenty, contributors: plenty, others: plenty })
  // The payer has paid for all bytes, and the other viewers have paid for none.
  const book = new Acknowledgements({ worthOf: (who) => (who === lower(payer) ? 1e12 : 0), unpaid: plenty })
  desk = new AcknowledgementDesk({ domain, signer: relay, allowance, book, nowMs: () => nowMs })
})

/** A viewer that is connected to the relay, and shows statements about its uploads. `credit`: the bytes that count for it. */
function connect() {
  const account = newKey()
  const uploader = lower(account)
  const party = { id: uploader, streamId, role: 'viewer', address: undefined, paymentKey: uploader } as const
  const link = new PaymentLink({
    ...{ party: { ...party, capabilities: new Set(['payments'] as const) }, weiPerByte: 1n, maxWeiPerByte: 1n },
    ...{ link: { send() {}, askAgain() {}, ban() {} }, nowMs: () => nowMs },
  })
  return {
    async show(bytes: number, viewer: PrivateKeyAccount) {
      const statement = { streamId, acknowledger: lower(viewer), uploader, bytes: BigInt(bytes) }
      await desk.hear(link, await Acknowledgement.sign(statement, viewer, domain))
    },
    get credit() {
      return allowance.creditOf(uploader)
    },
  }
}

describe('a relay', () => {
  test('checks at most 32 statements of one connection at once, and a later statement counts in full', async () => {
    const uploader = connect()
    for (let count = 1; count <= 40; count++) await uploader.show(count * statementBytes, payer)
    expect(uploader.credit).toBe(32 * statementBytes)
    nowMs += 1_000
    await uploader.show(41 * statementBytes, payer)
    expect(uploader.credit).toBe(41 * statementBytes)
  })

  test('checks at most 100 statements of viewers without payments at once, and still checks the statement of a payer', async () => {
    const sybils = Array.from({ length: 110 }, connect)
    for (const sybil of sybils) await sybil.show(statementBytes, newKey())
    expect(sybils.filter(({ credit }) => credit > 0).length).toBe(100)
    const uploader = connect()
    await uploader.show(statementBytes, payer)
    expect(uploader.credit).toBe(statementBytes)
  })

  test('checks few statements of a payer that have few new bytes', async () => {
    let count = 0
    for (let connection = 0; connection < 4; connection++) {
      const uploader = connect()
      for (let bytes = 1; bytes <= 32; bytes++) await uploader.show(bytes, payer)
      count += uploader.credit
    }
    expect(count).toBe(100)
  })
})
