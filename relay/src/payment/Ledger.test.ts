import { describe, expect, test } from 'vitest'
import { Ledger, ReservationError } from './Ledger'

const ledgerWith = ({ credit = 100n, threshold = 100n } = {}) => {
  const ledger = new Ledger({ threshold, cutMsPerThreshold: 1_000 })
  ledger.credit = credit
  return ledger
}

/** Sends the peer bytes for `amount`. Returns whether the ledger allowed this. */
function serve(ledger: Ledger, amount: bigint, nowMs = 0): boolean {
  return ledger.reserve(amount, nowMs) && ledger.send(amount, nowMs)
}

describe('Ledger', () => {
  test('has the state `free`, then `settle`, then `blocked` as the debt grows, and `free` again when the peer has paid', () => {
    const ledger = ledgerWith()
    expect(ledger.state(0)).toBe('free')
    expect(serve(ledger, 50n)).toBe(true)
    expect(ledger.state(0)).toBe('free')
    expect(serve(ledger, 1n)).toBe(true)
    expect(ledger.state(0)).toBe('settle')
    expect(serve(ledger, 49n)).toBe(true)
    expect(ledger.state(0)).toBe('blocked')
    expect(serve(ledger, 1n)).toBe(false)
    ledger.collect(100n)
    expect(ledger.state(0)).toBe('free')
    expect(ledger.balance).toBe(0n)
  })

  test('subtracts the cost of the bytes of the peer from the cost of our bytes', () => {
    const ledger = ledgerWith()
    for (let round = 0; round < 10; round++) {
      expect(serve(ledger, 90n)).toBe(true)
      ledger.receive(90n)
    }
    expect(ledger.balance).toBe(0n)
  })

  test('counts reservations as debt, until they are released', () => {
    const ledger = ledgerWith()
    expect([ledger.reserve(60n, 0), ledger.reserve(40n, 0), ledger.reserve(1n, 0)]).toEqual([true, true, false])
    ledger.release(60n)
    expect(ledger.reserve(60n, 0)).toBe(true)
    expect(ledger.send(100n, 0)).toBe(true)
    expect([ledger.balance, ledger.reserved]).toEqual([100n, 0n])
    expect(() => ledger.release(1n)).toThrow(ReservationError)
    expect(() => ledger.send(1n, 0)).toThrow(ReservationError)
  })

  test('does not send reserved bytes after a bounce, or if the debt would be above 1.25 times the threshold', () => {
    const ledger = ledgerWith()
    expect([ledger.reserve(40n, 0), ledger.reserve(60n, 0)]).toEqual([true, true])
    ledger.bounce(50n, 0)
    expect([ledger.send(40n, 0), ledger.send(60n, 0), ledger.balance]).toEqual([false, false, 50n])
    ledger.collect(50n)
    ledger.receive(90n)
    expect([ledger.reserve(90n, 0), ledger.reserve(90n, 0), ledger.send(90n, 0)]).toEqual([true, true, true])
    ledger.discard(90n)
    expect([ledger.send(90n, 0), ledger.debt, ledger.reserved]).toEqual([false, 90n, 0n])
  })

  test('does not count our advance payments as a debt of the peer, or as payments of the peer', () => {
    const ledger = ledgerWith()
    ledger.pay(60n)
    ledger.acknowledge(60n)
    expect([ledger.balance, ledger.debt, ledger.due]).toEqual([60n, 0n, -60n])
    ledger.collect(60n)
    expect([ledger.balance, ledger.debt, ledger.due]).toEqual([0n, -60n, -60n])
    expect(serve(ledger, 160n)).toBe(true)
    expect(ledger.due).toBe(-160n)
  })

  test('limits the credit to the threshold, and sends to a peer without credit only the bytes of a gift', () => {
    const ledger = ledgerWith({ credit: 1_000n })
    expect(ledger.credit).toBe(100n)
    ledger.credit = 0n
    expect(serve(ledger, 1n)).toBe(false)
    ledger.forgive(30n)
    expect(serve(ledger, 30n)).toBe(true)
    expect(serve(ledger, 1n)).toBe(false)
  })

  test('computes the amount that we must forgive so that the state stays free', () => {
    const ledger = ledgerWith()
    expect(ledger.excess(50n)).toBe(0n)
    serve(ledger, 40n)
    expect(ledger.excess(50n)).toBe(40n)
    ledger.forgive(40n)
    expect(ledger.excess(50n)).toBe(0n)
  })

  test('pays only for checked bytes, and never twice', () => {
    const ledger = ledgerWith()
    ledger.receive(80n)
    expect(ledger.due).toBe(0n)
    ledger.check(50n)
    expect(ledger.due).toBe(50n)
    ledger.pay(50n)
    expect([ledger.due, ledger.balance]).toEqual([0n, -80n])
    ledger.acknowledge(50n)
    expect([ledger.due, ledger.balance]).toEqual([0n, -30n])
    ledger.discard(ledger.unchecked)
    expect([ledger.due, ledger.balance]).toEqual([0n, 0n])
  })

  test('owes no cheque for the advance payments of the peer, or for gifts to the peer', () => {
    const ledger = ledgerWith()
    serve(ledger, 40n)
    ledger.collect(100n)
    ledger.forgive(20n)
    expect([ledger.balance, ledger.due]).toEqual([-80n, 0n])
    ledger.receive(10n)
    ledger.check(10n)
    expect(ledger.due).toBe(10n)
    serve(ledger, 80n)
    expect([ledger.balance, ledger.due]).toEqual([-10n, 10n])
    serve(ledger, 30n)
    expect([ledger.balance, ledger.due]).toEqual([20n, -20n])
  })

  test('needs no new cheque for an amount that has bounced', () => {
    const ledger = ledgerWith()
    ledger.receive(50n)
    ledger.check(50n)
    ledger.pay(50n)
    ledger.acknowledge(50n)
    ledger.oweAgain(50n)
    expect([ledger.balance, ledger.pending, ledger.due]).toEqual([-50n, 50n, 0n])
    ledger.acknowledge(50n)
    expect([ledger.balance, ledger.pending, ledger.due]).toEqual([0n, 0n, 0n])
  })

  test('corrects the balance that it has stated, and keeps the changes that came after the statement', () => {
    const ledger = ledgerWith()
    serve(ledger, 40n)
    ledger.reconcile(-30n, { stated: 35n, tolerance: 10n })
    expect(ledger.balance).toBe(35n)
  })

  test('counts an acknowledgement only up to the sum of the pending cheques', () => {
    const ledger = ledgerWith()
    ledger.receive(10n)
    ledger.check(10n)
    ledger.pay(10n)
    ledger.acknowledge(1_000n)
    expect([ledger.balance, ledger.pending]).toEqual([0n, 0n])
  })

  test('sends nothing after a bounce until the whole bounced amount is paid', () => {
    const ledger = ledgerWith()
    serve(ledger, 60n)
    ledger.collect(60n)
    ledger.bounce(60n, 0)
    expect([ledger.balance, ledger.state(0)]).toEqual([60n, 'blocked'])
    ledger.collect(59n)
    expect(serve(ledger, 1n)).toBe(false)
    ledger.collect(1n)
    expect(serve(ledger, 1n)).toBe(true)
  })

  test('cuts a peer off for a time in proportion to its debt, and ends the cut when the peer has paid', () => {
    const cutOff = (owed: bigint) => {
      const ledger = ledgerWith()
      ledger.bounce(owed, 500)
      return ledger
    }
    expect(cutOff(125n).state(501)).toBe('blocked')
    expect(cutOff(126n).cutUntilMs).toBe(1_760)
    const ledger = cutOff(300n)
    expect(ledger.cutUntilMs).toBe(3_500)
    expect([ledger.state(3_499), ledger.state(3_500)]).toEqual(['cut', 'blocked'])
    expect(ledger.isTrusted(3_499)).toBe(false)
    ledger.collect(300n)
    expect(ledger.state(501)).toBe('free')
    expect(serve(ledger, 100n, 501)).toBe(true)
  })

  test.each([
    // Our balance and their balance, then our balance and their balance after the peers have met again.
    [5n, -5n, 5n, -5n],
    [5n, -3n, 3n, -3n],
    [3n, -5n, 3n, -3n],
    [50n, -3n, 50n, -3n],
    [4n, 4n, 0n, 0n],
    [-4n, -4n, 0n, 0n],
    [0n, -5n, 0n, 0n],
    [5n, 0n, 0n, 0n],
  ])('reconciles %s and %s when the peers meet again', (ours, theirs, oursAfter, theirsAfter) => {
    const owing = (balance: bigint) => {
      const ledger = ledgerWith()
      ledger.adopt(-balance, { stated: 0n, limit: 1_000n, isCustomer: false })
      return ledger
    }
    for (const [one, other, oneAfter, otherAfter] of [
      [owing(ours), owing(theirs), oursAfter, theirsAfter],
      [owing(theirs), owing(ours), theirsAfter, oursAfter],
    ] as const) {
      const [oneBefore, otherBefore] = [one.balance, other.balance]
      one.reconcile(otherBefore, { stated: oneBefore, tolerance: 10n })
      other.reconcile(oneBefore, { stated: otherBefore, tolerance: 10n })
      expect([one.balance, other.balance]).toEqual([oneAfter, otherAfter])
    }
  })

  test('accepts the balance of the peer after a restart, but owes at most the limit', () => {
    const ledger = ledgerWith()
    ledger.adopt(1_000n, { stated: 0n, limit: 60n, isCustomer: false })
    expect(ledger.balance).toBe(-60n)
    ledger.adopt(-1_000n, { stated: -60n, limit: 60n, isCustomer: false })
    expect(ledger.balance).toBe(1_000n)
    const seller = ledgerWith()
    seller.adopt(40n, { stated: 0n, limit: 60n, isCustomer: true })
    expect([seller.balance, seller.debt, seller.due]).toEqual([-40n, -40n, 0n])
  })
})
