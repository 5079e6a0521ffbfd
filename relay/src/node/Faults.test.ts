import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { configureLog, parseSpec } from '../log'
import { Faults } from './Faults'

let lines: [room: string, name: string, count: unknown][] = []
const counted: string[] = []
let faults: Faults

beforeEach(() => {
  vi.useFakeTimers()
  lines = []
  counted.length = 0
  configureLog({
    spec: parseSpec('info'),
    write: ({ room, message, facts }) => lines.push([room, message, facts.count]),
  })
  faults = new Faults({ count: { fault: ({ room, kind }) => counted.push(`${room} ${kind}`) }, quietMs: 1_000 })
})

afterEach(() => {
  vi.useRealTimers()
  configureLog({ spec: parseSpec('silent'), write: () => {} })
})

test('the first fault of a kind is logged immediately; faults of this kind within `quietMs` after a log line are logged together, with the number of all faults of this kind', () => {
  for (let time = 0; time < 5; time++) faults.of('gateway')(new TypeError(`time ${time}`))
  faults.of('claims')(new TypeError('another room'))
  expect(lines).toEqual([
    ['gateway', 'TypeError', 1],
    ['claims', 'TypeError', 1],
  ])
  vi.advanceTimersByTime(1_000)
  expect(lines.slice(2)).toEqual([['gateway', 'TypeError', 5]])
  vi.advanceTimersByTime(10_000)
  expect(lines).toHaveLength(3)
  faults.of('gateway')(new TypeError('after a pause'))
  expect(lines.at(-1)).toEqual(['gateway', 'TypeError', 6])
})

test('faults are counted by their system code or, without a code, by their name', () => {
  faults.of('storage')(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
  faults.of('storage')(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
  faults.of('storage')(new RangeError('too long'))
  expect(counted).toEqual(['storage ENOSPC', 'storage ENOSPC', 'storage RangeError'])
  expect(faults.counts.map(({ kind, count }) => [kind, count])).toEqual([
    ['ENOSPC', 2],
    ['RangeError', 1],
  ])
})

test('`close` logs the faults that are not logged yet', () => {
  faults.of('gateway')(new TypeError('one'))
  faults.of('gateway')(new TypeError('two'))
  faults.close()
  expect(lines.at(-1)).toEqual(['gateway', 'TypeError', 2])
})

test('at most 256 kinds of faults are stored, and all other faults count as the kind `other`', () => {
  for (let number = 0; number < 400; number++) faults.of('mesh')(Object.assign(new Error(), { code: `CODE_${number}` }))
  expect(faults.counts).toHaveLength(257)
  expect(faults.counts[0]).toMatchObject({ kind: 'other', count: 144 })
})
