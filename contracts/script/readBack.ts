import { type Address, type Hex, hexToBytes, type PublicClient } from 'viem'
import type { Step } from './DeploymentPlan'
import { readParameters } from './readParameters'
import { codesOf, type Rehearsal } from './rehearse'

/**
 * Reads all that was deployed, and compares it with the rehearsal of the plan: each byte of the code with all constants that constructors have
 * written into it (times may be later, see `isSameCode`), and each parameter. Throws `OtherCodeError` and `OtherParameterError`.
 */
export async function readBack(steps: readonly Step[], chain: PublicClient, rehearsal: Rehearsal): Promise<void> {
  const codes = await codesOf(steps, chain)
  for (const [index, { name, address }] of steps.entries())
    if (!isSameCode(rehearsal.codes[index] ?? '0x', codes[index] ?? '0x')) throw new OtherCodeError({ name, address })
  const readings = await readParameters(chain, steps)
  for (const [name, planned] of rehearsal.readings)
    if (readings.get(name) !== planned) throw new OtherParameterError({ name, planned, found: readings.get(name) })
}

const push1 = 0x60
const push32 = 0x7f
/** In seconds. Constants that are no times are outside of this range. */
const [year2020, year3000] = [1_577_836_800n, 32_503_680_000n]

/**
 * Whether a contract has the planned code. A constructor can write times into the code that begin with its block, such as the start of a
 * vesting. The deployment comes after the rehearsal, so these times are later, and all times of one contract by the same difference.
 */
export function isSameCode(planned: Hex, found: Hex): boolean {
  const [before, after] = [hexToBytes(planned), hexToBytes(found)]
  if (before.length !== after.length) return false
  let later: bigint | undefined
  for (let at = 0; at < before.length; ) {
    const code = before[at] as number
    const bytes = code >= push1 && code <= push32 ? code - push1 + 2 : 1
    const [one, other] = [before.subarray(at, at + bytes), after.subarray(at, at + bytes)]
    at += bytes
    if (isEqual(one, other)) continue
    if (code !== push32 || other[0] !== push32) return false
    const [time, laterTime] = [numberOf(one.subarray(1)), numberOf(other.subarray(1))]
    const isTime = [time, laterTime].every((value) => value > year2020 && value < year3000)
    if (!isTime || laterTime < time || (later !== undefined && laterTime - time !== later)) return false
    later = laterTime - time
  }
  return true
}

const isEqual = (one: Uint8Array, other: Uint8Array) => one.every((byte, at) => byte === other[at])
const numberOf = (bytes: Uint8Array) => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)

const nextStep = 'Do not use this deployment. Check the RPC, and begin a new deployment with another account.'

export class OtherCodeError extends Error {
  override readonly name = 'OtherCodeError'
  readonly forPeople = true
  constructor({ name, address }: { name: string; address: Address }) {
    super(`The code of ${name} at ${address} is not the code of the plan. ${nextStep}`)
  }
}

export class OtherParameterError extends Error {
  override readonly name = 'OtherParameterError'
  readonly forPeople = true
  constructor({ name, planned, found }: { name: string; planned: string; found: string | undefined }) {
    super(`${name} answers ${found}, but the plan says ${planned}. ${nextStep}`)
  }
}
