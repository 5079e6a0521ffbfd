import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Address, formatUnits, type Hex, isAddressEqual } from 'viem'
import { AllocationTree } from '../protocol'
import { parseAccount, parse as parseList, parseLpt, totalOf } from './AllocationList'

/**
 * Who gets the LPT that exist before the first round (decision 070). Amounts are in units of 10^-18 LPT, as text, because the plan of a
 * deployment is stored as JSON.
 */
export type Genesis = {
  wallets: readonly Grant[]
  vestings: readonly VestingGrant[]
  endowment: { amount: string; vestingSeconds: number }
  /** `root` and `count` are those of the tree of all allocations, and `amount` is their sum. */
  claim: { amount: string; root: Hex; count: number; openSeconds: number }
}

/** LPT that an account gets immediately. */
export type Grant = { to: Address; amount: string }

/** LPT that an account gets over time. `cliffSeconds` and `vestingSeconds` begin with the deployment. */
export type VestingGrant = Grant & { cliffSeconds: number; vestingSeconds: number }

const secondsPerDay = 86_400
/** The token gives these LPT in one transaction, and each of them costs about 30,000 gas. */
const mostGrants = 100

/** The genesis of the local chain: account 0 of the test mnemonic gets almost all LPT. */
export const localFolder = resolve(dirname(fileURLToPath(import.meta.url)), '../genesis/local')

/** The allocations that can be claimed. `folder` has the files `schedule.json` and `claims.csv`. Throws `AllocationListError`. */
export const readClaims = (folder: string): AllocationTree.Allocation[] => parseList(read(folder, 'claims.csv'))

/** Reads the genesis from the files of `folder`. Throws `AllocationListError` and `ScheduleError`. */
export function readGenesis(folder: string): Genesis {
  const schedule = parseSchedule(read(folder, 'schedule.json'))
  const claims = readClaims(folder)
  return {
    ...schedule,
    claim: {
      ...{ amount: String(totalOf(claims)), root: AllocationTree.root(AllocationTree.build(claims)) },
      ...{ count: claims.length, openSeconds: schedule.claim.openSeconds },
    },
  }
}

/** All LPT at the genesis. */
export const supplyOf = ({ wallets, vestings, endowment, claim }: Genesis): bigint =>
  [...wallets, ...vestings, endowment, claim].reduce((sum, { amount }) => sum + BigInt(amount), 0n)

/**
 * Checks that the genesis gives exactly `supply`, and nothing to the deployer. On the local chain, whose keys are public, the
 * deployer can get LPT. Throws `ScheduleError`.
 */
export function assertComplete(
  genesis: Genesis,
  { supply, deployer, isLocal }: { supply: bigint; deployer: Address; isLocal: boolean },
): void {
  const lpt = (amount: bigint) => `${formatUnits(amount, 18)} LPT`
  if (supplyOf(genesis) !== supply)
    throw new ScheduleError(
      `The schedule gives ${lpt(supplyOf(genesis))}, and the preset has ${lpt(supply)}. Correct the amounts, so that the two are equal.`,
    )
  const grants = [...genesis.wallets, ...genesis.vestings]
  if (grants.length > mostGrants)
    throw new ScheduleError(
      `The schedule has ${grants.length} wallets and vestings, and the token can get at most ${mostGrants}. Write the other accounts into claims.csv.`,
    )
  const isDeployer = ({ to }: Grant) => isAddressEqual(to, deployer)
  if (!isLocal && grants.some(isDeployer))
    throw new ScheduleError(
      `The schedule gives LPT to the deployer, ${deployer}. Deploy with another account, which has no other use.`,
    )
}

function read(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch (cause) {
    throw new ScheduleError(`There is no readable file ${join(folder, name)}. The genesis needs this file.`, { cause })
  }
}

function parseSchedule(text: string): Omit<Genesis, 'claim'> & { claim: { openSeconds: number } } {
  const { wallets, vestings, endowment, claim } = objectOf(parseJson(text), 'schedule.json')
  return {
    wallets: listOf(wallets, 'wallets').map((one, index) => grantOf(one, `wallets[${index}]`)),
    vestings: listOf(vestings, 'vestings').map((one, index) => {
      const place = `vestings[${index}]`
      const { cliffDays, vestingDays } = objectOf(one, place)
      const grant = { ...grantOf(one, place), ...{ cliffSeconds: secondsOf(cliffDays, `${place}.cliffDays`) } }
      const vestingSeconds = secondsOf(vestingDays, `${place}.vestingDays`)
      if (grant.cliffSeconds > vestingSeconds)
        throw new ScheduleError(`${place}: cliffDays is more than vestingDays. Write a cliff before the end.`)
      return { ...grant, vestingSeconds }
    }),
    endowment: {
      amount: amountOf(objectOf(endowment, 'endowment').amount, 'endowment'),
      vestingSeconds: secondsOf(objectOf(endowment, 'endowment').vestingDays, 'endowment.vestingDays'),
    },
    claim: { openSeconds: secondsOf(objectOf(claim, 'claim').openDays, 'claim.openDays') },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ScheduleError('schedule.json is not valid JSON. Compare it with contracts/genesis/local/schedule.json.', {
      cause,
    })
  }
}

const grantOf = (value: unknown, place: string): Grant => {
  const { to, amount } = objectOf(value, place)
  return { to: parseAccount(String(to), place), amount: amountOf(amount, place) }
}

/** As text in the file, because JSON numbers lose digits. */
function amountOf(value: unknown, place: string): string {
  if (typeof value !== 'string') throw new ScheduleError(`${place}: write the amount as text, such as "1000.5".`)
  return String(parseLpt(value, place))
}

function secondsOf(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 36_500)
    throw new ScheduleError(`${place} must be a whole number of days, at most 36500.`)
  return value * secondsPerDay
}

function listOf(value: unknown, place: string): unknown[] {
  if (!Array.isArray(value)) throw new ScheduleError(`${place} must be a list. It can be empty: [].`)
  return value
}

function objectOf(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new ScheduleError(`${place} must be an object.`)
  return value as Record<string, unknown>
}

export class ScheduleError extends Error {
  override readonly name = 'ScheduleError'
  readonly forPeople = true
}
