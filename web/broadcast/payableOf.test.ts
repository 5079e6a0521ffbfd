import type { ChequeTill } from 'lp-relay'
import { expect, test } from 'vitest'
import { payableOf } from './payableOf'

const held = (cumulative: bigint, paid: bigint, missing = 0n) =>
  ({ cheque: { cumulative }, facts: { channel: { paid } }, missing }) as ChequeTill['cheques'][number]

test('names what the contract pays for each cheque now, the largest first', () => {
  const cheques = [held(10n, 4n), held(50n, 0n, 20n), held(7n, 7n), held(9n, 2n, 7n)]
  expect(payableOf(cheques).map(({ wei }) => wei)).toEqual([30n, 6n])
})
