import type { Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { randomFrom } from '../../../testbeds/fuzz'
import { rankCandidates, type Sponsor } from './rankCandidates'

const id = (number: number): Hex => `0x${number.toString(16).padStart(40, '0')}`
const ids = (from: number, count: number) => Array.from({ length: count }, (_, index) => id(from + index))
const sponsor = (root: Hex, named: readonly Hex[], failures = 0): Sponsor => ({ root, named: new Set(named), failures })
const random = () => randomFrom(5)(1_000) / 1_000

function rank(sponsors: readonly Sponsor[], { roots = [] as Hex[], isWanted = (_: Hex) => true } = {}): Hex[] {
  return rankCandidates({ sponsors, roots, isWanted, random }).map(({ peerId }) => peerId)
}

describe('the candidates for a missing channel', () => {
  test('are the wanted members, each with a neighbour that names it', () => {
    const [first, second] = [sponsor(id(1), [id(10), id(11)]), sponsor(id(2), [id(12)])]
    const candidates = rankCandidates({
      ...{ sponsors: [first, second], roots: [], random },
      isWanted: (peerId) => peerId !== id(11),
    })
    expect(new Map(candidates.map((candidate) => [candidate.peerId, candidate.sponsor]))).toEqual(
      new Map([
        [id(10), first],
        [id(12), second],
      ]),
    )
  })

  test('begin with a member that is named by neighbours with two different roots', () => {
    const crowd = sponsor(id(1), ids(10, 20))
    expect(rank([crowd, sponsor(id(2), [id(99), id(15)]), sponsor(id(3), [id(98)])])[0]).toBe(id(15))
  })

  test('do not begin with attackers that name each other, because one neighbour introduced all of them', () => {
    const attacker = id(1)
    const attackers = ids(100, 10)
    const sybils = attackers.map((self) =>
      sponsor(
        attacker,
        attackers.filter((other) => other !== self),
      ),
    )
    const honest = [sponsor(id(2), [id(20), id(21)]), sponsor(id(3), [id(21)])]
    const order = rank([...sybils, ...honest], { roots: [attacker, attacker, attacker] })
    expect(order.slice(0, 2)).toEqual([id(21), id(20)])
  })

  test('begin with the members whose root has led to the fewest channels', () => {
    const sponsors = [sponsor(id(1), ids(10, 5)), sponsor(id(2), ids(20, 5)), sponsor(id(3), ids(30, 5))]
    const order = rank(sponsors, { roots: [id(1), id(1), id(3)] })
    const groups = order.map((peerId) => Math.floor(Number(BigInt(peerId)) / 10))
    expect(groups).toEqual([...Array(5).fill(2), ...Array(5).fill(3), ...Array(5).fill(1)])
  })

  test('end with the members that are named only by a failing neighbour', () => {
    const failing = sponsor(id(1), [id(10), id(11)], 3)
    expect(rank([failing, sponsor(id(2), [id(11), id(12)], 1)])).toEqual([id(11), id(12), id(10)])
  })
})
