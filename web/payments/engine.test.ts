import { afterEach, expect, test } from 'vitest'
import { type Engine, startEngine } from './engine'

let engine: Engine
afterEach(() => engine.close())

const start = (bytesPerSecond: number) =>
  startEngine({
    ...{ chainId: 31337, purse: undefined, maxWeiPerByte: 2n, bytesPerSecond },
    ...{ isRelay: () => false, onEvent: () => undefined, onUnpaid: () => undefined },
  })

test('a cheque pays for ten seconds of the fastest level so far, and of 2.5 Mbit/s at least', () => {
  engine = start(20_000)
  expect(engine.step).toBe(10n * 312_500n * 2n)
  engine.follow(1_000_000)
  expect(engine.step).toBe(10n * 1_000_000n * 2n)
  engine.follow(20_000)
  expect(engine.step).toBe(10n * 1_000_000n * 2n)
})
