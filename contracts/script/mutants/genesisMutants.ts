import type { Mutant } from './Mutant'

const file = 'genesis/GenesisClaim.sol'

/** Faults in the distribution of the LPT of the genesis. */
export const genesisMutants: readonly Mutant[] = [
  { name: 'an allocation can be claimed again', file, text: 'claimed.set(index);', replacement: '' },
  {
    name: 'an allocation can be claimed at the closing time',
    file,
    text: 'block.timestamp >= closingTime',
    replacement: 'block.timestamp > closingTime',
  },
  {
    name: 'unclaimed LPT can be returned before the closing time',
    file,
    text: 'block.timestamp < closingTime',
    replacement: 'block.timestamp + 1 < closingTime',
  },
  {
    name: 'the caller gets the allocation',
    file,
    text: 'safeTransfer(account',
    replacement: 'safeTransfer(msg.sender',
  },
  {
    name: 'padding passes as an allocation',
    file: 'libraries/AllocationTree.sol',
    text: 'index >= count || ',
    replacement: '',
  },
  {
    name: 'a shorter proof passes',
    file: 'libraries/AllocationTree.sol',
    text: ' || siblings.length != Math.log2(count, Math.Rounding.Ceil)',
    replacement: '',
  },
  {
    name: 'the endowment is released twice',
    file: 'genesis/Endowment.sol',
    text: 'funded += amount;',
    replacement: '',
  },
]
