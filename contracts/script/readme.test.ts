import { readdirSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const lines = readFileSync(`${root}/README.md`, 'utf8').split('\n')
const rows = lines.filter((line) => line.startsWith('| ')).map((line) => line.split('|').map((cell) => cell.trim()))

const snapshot = (group: string, name: string): number =>
  Number(JSON.parse(readFileSync(`${root}/snapshots/${group}.json`, 'utf8'))[name])
const bonding = (name: string) => snapshot('bonding, 144 transcoders', name)
const claim = (name: string) => snapshot('claim of 100 segments', name)
const vote = (name: string) => snapshot('governance', name)
const first = (name: string) => snapshot('job to first claim, 144 transcoders', name)

describe('the README of the contracts', () => {
  test.each([
    ['`bond`, from the lowest place to the highest', bonding('bond, worst position')],
    ['`unbond`', bonding('unbond'), bonding('unbond, worst position')],
    ['`transcoder`, taking the lowest seat', bonding('transcoder, taking the lowest seat')],
    ['`reward`', bonding('reward'), bonding('reward, worst position')],
    ['`initializeRound`', bonding('initializeRound')],
    ['`job`', first('job')],
    ['first `claimWork`, draw already recorded', claim('claimWork, first')],
    ['`job`, the draw and the first `claimWork`', first('job') + first('claimWork, draws')],
    ['next `claimWork`, one range', claim('claimWork, next')],
    ['`verify`', claim('verify, first segment')],
    ['`distributeFees`', claim('distributeFees')],
    ['`updateDelegatorStake`, for 100 rounds', bonding('updateDelegatorStake, 100 rounds')],
    ['`withdrawFees` of a delegator, for 10 rounds', bonding('withdrawFees, 10 rounds')],
    ['`propose`, one call', vote('propose')],
    ['`castVote`', vote('castVote')],
    ['`castOverrideVote`', vote('castOverrideVote')],
    ['`queue`', vote('queue')],
    ['`execute`', vote('execute')],
  ])('gives the gas cost of %s', (transaction, ...gas) => {
    const thousands = (figure: number) => `${Math.round(figure / 1_000)},000`
    const [usual, worst] = gas as [number, number?]
    const expected = thousands(usual) + (worst === undefined ? '' : ` (${thousands(worst)})`)
    expect(rows.find(([, name]) => name === transaction)?.[2]).toBe(expected)
  })

  test.each([
    ['signed by the issuer', 'cash', 1],
    ['signed by a session key', 'cash, session key', 1],
    ['with a part for a splitee', 'cash, split', 1],
    ['in a batch of 20, for each', 'cashBatch, 20 cheques', 20],
  ])('gives the gas cost of a cheque %s', (cheque, name, count) => {
    const gas = (time: string) => `${Math.round(snapshot('cheques', `${name}, ${time}`) / count / 1_000)},000`
    expect(rows.find(([, first]) => first === cheque)?.slice(2, 4)).toEqual([gas('first'), gas('again')])
  })

  test('names only tests that exist', () => {
    const files = (folder: string) => readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    const sources = files('test').filter((file) => file.endsWith('.t.sol'))
    const text = sources.map((file) => readFileSync(`${root}/test/${file}`, 'utf8')).join('')
    const others = [...files('script').map((file) => `script/${file}`), ...files('../decisions')]
    const exists = (name: string) =>
      sources.includes(name) ||
      text.includes(`function test_${name}(`) ||
      others.some((file) => file === name || file.startsWith(name.replace('decisions/', '')))
    const proofs = rows.slice(rows.findIndex(([, section]) => section === "the paper's section") + 2)
    expect(proofs.length).toBeGreaterThan(30)
    for (const row of proofs) expect(row, row[1]).toHaveLength(6)
    for (const [, section, , , test = ''] of proofs)
      for (const [, name = ''] of test.matchAll(/`([^`]+)`/g))
        expect(exists(name), `${name}, of "${section}"`).toBe(true)
  })
})
