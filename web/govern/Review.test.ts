import { contractsOn } from '@lp/contracts/deployments'
import { parseEther, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { localChainId } from '../config/chain'
import { governanceOf, pollOf, voterOf } from '../testbeds/governance'
import { callOf, type Decision } from './Decision'
import type { Intent } from './Intent'
import { reviewOf } from './Review'

const contracts = contractsOn(localChainId)
const account = toHex(9, { size: 20 })
const payment: Decision = { kind: 'payment', pool: 'LPT', to: account, amount: parseEther('5') }
const poll = pollOf({ calls: [callOf(payment, contracts)], voter: voterOf({ votes: parseEther('70') }) })

const intents: readonly Intent[] = [
  { kind: 'propose', decisions: [payment], text: 'A reason.', proposer: account },
  { kind: 'vote', poll, support: 'inFavour' },
  { kind: 'override', poll, support: 'abstain' },
  { kind: 'queue', poll },
  { kind: 'execute', poll },
  { kind: 'cancel', poll },
  { kind: 'initializeRound' },
]

describe('reviewOf', () => {
  it.each(intents)('describes $kind in whole sentences', (intent) => {
    const { title, confirm, ...sentences } = reviewOf(intent, governanceOf(), contracts)
    expect(title).toMatch(/^[A-Z].*[a-z0-9]$/)
    expect(confirm).not.toBe('')
    for (const sentence of Object.values(sentences)) {
      expect(sentence).toMatch(/^[A-Z].*\.$/)
      expect(sentence).not.toMatch(/undefined|NaN|Invalid/)
    }
  })

  it('says with which stake the account votes', () => {
    const [, vote, override] = intents.map((intent) => reviewOf(intent, governanceOf(), contracts))
    expect(vote).toMatchObject({ title: 'Vote for proposal 3', happens: expect.stringContaining('70 LPT') })
    expect(override).toMatchObject({
      title: 'Abstain on proposal 3',
      happens: expect.stringContaining('Your part of the stake, 5 LPT, counts as an abstention.'),
    })
  })

  it('says what the execution of a proposal does, also if the page does not know a call', () => {
    const unknown = pollOf({ calls: [{ target: account, value: 0n, data: '0x12345678' }] })
    const happens = (of: typeof poll) => reviewOf({ kind: 'execute', poll: of }, governanceOf(), contracts).happens
    expect(happens(poll)).toBe('Pay 5 LPT from the CommonPool to 0x0000…0009.')
    expect(happens(unknown)).toBe('A call that this page does not know.')
  })
})
