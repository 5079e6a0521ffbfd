import { expect, it } from 'vitest'
import { defaultRate } from './defaultRate'

const own = 'http://127.0.0.1:8935'
const other = 'https://relay.example'

it.each([
  [[own], 2, 20],
  [[own], 4, 30],
  [[own, other], 2, 30],
  [[other], 2, 30],
  [[], 2, 30],
])('for the relays %o and %i cores, the page proposes %i pictures a second', (relays, cores, rate) => {
  expect(defaultRate({ relays, cores })).toBe(rate)
})
