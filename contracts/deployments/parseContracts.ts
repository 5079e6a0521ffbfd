import local from './31337'
import type { Deployment } from './Deployment'

/** The addresses of a deployment in a settings file, and its first block. */
export type ContractAddresses = Omit<Deployment, 'chainId'>

/** What a settings file must have, for the sentence about a wrong file. */
export const contractsForm = 'the addresses that npm run deploy has written into contracts/deployments'

const { chainId: _, ...example } = local
const names = Object.keys(example) as (keyof ContractAddresses)[]

/** Reads the field `contracts` of a settings file. `undefined` if a value is missing or wrong. */
export function parseContracts(value: unknown): ContractAddresses | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const given = value as Partial<Record<keyof ContractAddresses, unknown>>
  const isRight = (name: keyof ContractAddresses) =>
    name === 'fromBlock' ? isBlock(given[name]) : isAddress(given[name])
  if (!names.every(isRight)) return undefined
  return Object.fromEntries(names.map((name) => [name, given[name]])) as ContractAddresses
}

const isBlock = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

/** The page reads its settings before it loads viem, so this is not viem's check, which also checks a checksum. */
const isAddress = (value: unknown): boolean => typeof value === 'string' && /^0x[0-9a-f]{40}$/i.test(value)
