import type { Address } from 'viem'

/** 0x1234…cdef */
export const shortAddress = (address: Address): string => `${address.slice(0, 6)}…${address.slice(-4)}`
