import { type Address, type Hex, isAddress, isHex, size } from 'viem'

/** What this browser remembers of a broadcast, so that its settlement can be followed after a reload. */
export type Broadcast = {
  jobId: Hex
  streamId: Hex
  chainId: number
  /** The wallet that pays. */
  broadcaster: Address
  /** Unix time. */
  startedAtMs: number
  /** Segments that a transcoder has acknowledged: what it may claim. */
  segments: number
  /** What the wallet had in the contract when the job was posted, in wei. */
  depositWei: bigint
  /** What the network took for the wallet's own transactions, in wei. */
  networkWei: bigint
  /** Kept when nothing can change any more; until then the chain says it. */
  final: { segments: number; durationMs: bigint; feesWei: bigint; refundedWei: bigint } | undefined
  /** The job holds no reserve any more. */
  isReleased: boolean
}

export const stringify = (broadcasts: readonly Broadcast[]): string =>
  JSON.stringify(broadcasts, (_, value) => (typeof value === 'bigint' ? String(value) : value))

/** Leaves out what is no broadcast: an older page, or anybody with this browser, may have written it. */
export function parse(text: string | null): Broadcast[] {
  try {
    const values: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(values) ? values.flatMap((value) => read(value) ?? []) : []
  } catch {
    return []
  }
}

function read(value: unknown): Broadcast | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { jobId, streamId, broadcaster, ...rest } = value as Record<string, unknown>
  const isId = (id: unknown): id is Hex => isHex(id) && size(id) === 32
  if (!isId(jobId) || !isId(streamId) || typeof broadcaster !== 'string' || !isAddress(broadcaster)) return undefined
  const [chainId, startedAtMs, segments] = [rest.chainId, rest.startedAtMs, rest.segments].map(whole)
  const [depositWei, networkWei] = [rest.depositWei, rest.networkWei].map(wei)
  if (chainId === undefined || startedAtMs === undefined || segments === undefined) return undefined
  if (depositWei === undefined || networkWei === undefined) return undefined
  return {
    ...{ jobId, streamId, chainId, broadcaster, startedAtMs, segments, depositWei, networkWei },
    ...{ final: readFinal(rest.final), isReleased: rest.isReleased === true },
  }
}

function readFinal(value: unknown): Broadcast['final'] {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as Record<string, unknown>
  const segments = whole(fields.segments)
  const [durationMs, feesWei, refundedWei] = [fields.durationMs, fields.feesWei, fields.refundedWei].map(wei)
  if (segments === undefined || durationMs === undefined || feesWei === undefined || refundedWei === undefined)
    return undefined
  return { segments, durationMs, feesWei, refundedWei }
}

const whole = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

const wei = (value: unknown): bigint | undefined =>
  typeof value === 'string' && /^\d{1,78}$/.test(value) ? BigInt(value) : undefined
