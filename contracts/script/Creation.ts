import type { Abi, Hex } from 'viem'

/** The creation of one contract. */
export type Creation = { abi: Abi; bytecode: Hex; args: readonly unknown[] }
