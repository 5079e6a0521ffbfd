import { beforeEach, describe, expect, test } from 'vitest'
import { PayerTokens } from './PayerTokens'

const payer = '0x00000000000000000000000000000000000000aa'
const network = '192.0.2.1'
const hourMs = 3_600_000

let nowMs: number
let tokens: PayerTokens
beforeEach(() => {
  nowMs = 5_000
  tokens = new PayerTokens(() => nowMs)
})

describe('a token', () => {
  test('states the payer and its price, and is valid for an hour at one network address', () => {
    const token = tokens.issue({ payer, weiPerByte: 10n ** 12n }, network)
    expect(tokens.read(token, network)).toEqual({ payer, weiPerByte: 10n ** 12n })
    expect(tokens.read(token, '192.0.2.2')).toBe(undefined)
    nowMs += hourMs
    expect(tokens.read(token, network)).toBe(undefined)
  })

  test('is not valid for another relay, with a changed letter, or in another form', () => {
    const token = tokens.issue({ payer, weiPerByte: 1n }, network)
    expect(new PayerTokens(() => nowMs).read(token, network)).toBe(undefined)
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === '0' ? '1' : '0'
      expect(tokens.read(token.slice(0, at) + other + token.slice(at + 1), network)).toBe(undefined)
    }
    for (const text of ['', `${token}\n`, ` ${token}`, token.slice(1), 'é'.repeat(token.length)])
      expect(tokens.read(text, network)).toBe(undefined)
  })
})

test('a challenge is valid for one address, and for at least one hour and at most two', () => {
  nowMs = hourMs - 1
  const challenge = tokens.challenge(network)
  expect([tokens.isChallenge(challenge, network), tokens.isChallenge(challenge, '192.0.2.2')]).toEqual([true, false])
  nowMs += hourMs
  expect(tokens.isChallenge(challenge, network)).toBe(true)
  nowMs += 1
  expect(tokens.isChallenge(challenge, network)).toBe(false)
  expect(new PayerTokens(() => nowMs).isChallenge(tokens.challenge(network), network)).toBe(false)
})
