import { courtMutants } from './courtMutants'
import { disputeMutants } from './disputeMutants'
import { genesisMutants } from './genesisMutants'
import { governanceMutants } from './governanceMutants'
import type { Mutant } from './Mutant'
import { machineMutants } from './machineMutants'
import { paymentMutants } from './paymentMutants'
import { stakeMutants } from './stakeMutants'
import { workMutants } from './workMutants'

export type { Mutant } from './Mutant'

/** The faults concern checks, limits of comparisons, the direction of roundings, deadlines, and the blocks whose hashes decide draws. */
export const mutants: readonly Mutant[] = [
  ...stakeMutants,
  ...workMutants,
  ...paymentMutants,
  ...governanceMutants,
  ...genesisMutants,
  ...machineMutants,
  ...disputeMutants,
  ...courtMutants,
]
