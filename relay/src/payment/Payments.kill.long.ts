import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cashedOf } from '../../testbeds/cashedOf'
import { mineEachSecond } from '../../testbeds/claims'
import { randomFrom } from '../../testbeds/fuzz'
import { fundViewer } from '../../testbeds/payingViewer'
import { pieceBytes, pieceMs } from '../../testbeds/payments'
import { freePort } from '../../testbeds/relayProcess'
import { type Chain, startChain } from '../../testbeds/startNode'
import { storedIn } from '../../testbeds/storedCheques'
import { createTrader } from '../../testbeds/traderProcess'
import { readChequebook } from '../chain/readChequebook'

const seed = Number(process.env.LP_SEED ?? 20_261_130)
const kills = 44
const weiPerByte = 300_000_000n
const pieceCost = BigInt(pieceBytes) * weiPerByte
/** The clock of the payments runs this number of times as fast as the clock of the machine. */
const speed = 30
const piecesPerHour = Math.ceil(3_600_000 / pieceMs)
/** The longest time between two kills. */
const maxPauseMs = (2 * (3_600_000 / speed)) / kills

let chain: Chain
beforeAll(async () => {
  chain = await startChain()
  await mineEachSecond(chain)
})
afterAll(() => chain.stop())

const directory = (name: string) => mkdtemp(join(tmpdir(), `lp-${name}-`))
const ascending = (values: readonly bigint[]) => values.every((value, at) => at === 0 || value > (values[at - 1] ?? 0n))

test(`in an hour of payments, a relay and a viewer are killed ${kills} times in all, at random instants: after each restart, the books of both agree (seed ${seed})`, async () => {
  const random = randomFrom(seed)
  const relayKey = generatePrivateKey()
  await chain.test.setBalance({ address: privateKeyToAddress(relayKey), value: parseEther('10') })
  const keys = await fundViewer(chain)
  const issuer = privateKeyToAddress(keys.account)
  const place = { rpcUrl: chain.rpcUrl, port: await freePort(), weiPerByte: `${weiPerByte}` }
  const shared = { ...place, clock: { startedAtMs: Date.now(), speed } }
  const stores = { relay: await directory('relay'), viewer: await directory('viewer') }
  const relay = await createTrader({ ...shared, role: 'relay', directory: stores.relay, keys: { account: relayKey } })
  const viewer = await createTrader({ ...shared, role: 'viewer', directory: stores.viewer, keys })

  /** The books of both sides when no message is on its way. */
  async function books() {
    const bought = await viewer.ask('pause')
    return { bought, sold: await relay.ask('books') }
  }

  await relay.start(random(2 ** 30))
  await viewer.start(random(2 ** 30))
  await viewer.says('played')
  const killed: string[] = []
  let before = { written: 0n, held: 0n }
  while (killed.length < kills || (await viewer.journal('checked')).length < piecesPerHour) {
    await pause(random(maxPauseMs))
    const side = random(2) ? relay : viewer
    await side.kill()
    // The other side can still write a cheque, so the cheque that the relay holds is read first.
    const held = await storedIn(join(stores.relay, 'payments'), 'held')
    const written = await storedIn(join(stores.viewer, 'payments'), 'written')
    expect(held).toBeGreaterThanOrEqual(before.held)
    expect(written).toBeGreaterThanOrEqual(before.written)
    before = { written, held }
    await side.start(random(2 ** 30))
    await viewer.says('played', 2)
    const { bought, sold } = await books()
    killed.push(side.role)
    const facts = { seed, kill: killed.length, side: side.role }
    expect({ ...facts, ...sold }).toEqual({ ...facts, balance: -bought.balance, promised: bought.promised })
    // Since the last payment of each crash, the sides have lost at most the piece that was on its way.
    const got = pieceCost * BigInt((await viewer.journal('checked')).length)
    const lost = bought.promised + sold.balance - got
    const isTooMuch = (lost < 0n ? -lost : lost) > pieceCost * BigInt(killed.length)
    expect({ ...facts, lost, isTooMuch }).toEqual({ ...facts, lost, isTooMuch: false })
    viewer.resume()
  }
  const { bought } = await books()
  await relay.ask('cash')
  const { promised: paid } = await relay.ask('books')
  await Promise.all([viewer.kill(), relay.kill()])

  expect(paid).toBe(bought.promised)
  expect(await storedIn(join(stores.viewer, 'payments'), 'written')).toBe(paid)
  expect(await cashedOf(chain, issuer)).toBe(paid)
  const { deposit, key } = await readChequebook(chain.client, { issuer, key: privateKeyToAddress(keys.sessionKey) })
  expect([deposit, key.spent]).toEqual([parseEther('1') - paid, paid])
  const sent = (await viewer.journal('sent')).map(BigInt)
  // The viewer sends a cheque again after a crash of either side. It never sends a cheque with a lower sum.
  expect(sent).toEqual([...sent].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
  const earned = (await relay.journal('earned')).map(BigInt)
  expect(ascending(earned)).toBe(true)
  expect([sent.at(-1), earned.at(-1)]).toEqual([paid, paid])
  expect([...(await viewer.journal('fault')), ...(await relay.journal('fault'))]).toEqual([])
  expect(new Set(killed)).toEqual(new Set(['relay', 'viewer']))
  console.info(`seed ${seed}; killed: ${killed.join(' ')}; ${sent.length} cheques sent, ${paid} wei paid`)
}, 900_000)
