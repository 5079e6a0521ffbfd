import type { Address } from 'viem'
import {
  endowmentAbi,
  endowmentBytecode,
  genesisClaimAbi,
  genesisClaimBytecode,
  livepeerTokenAbi,
  livepeerTokenBytecode,
  vestingAbi,
  vestingBytecode,
} from '../abi'
import type { Creation } from './Creation'
import type { Genesis } from './Genesis'

type Neighbours = 'timelock' | 'livepeerToken' | 'bondingManager' | 'minter' | 'genesisClaim' | 'endowment'

/** The creations of the contracts of the genesis. `vestings`: the addresses of the contracts of `vestingCreations`. */
export function genesisCreations(
  at: Readonly<Record<Neighbours, Address>>,
  { genesis, vestings }: { genesis: Genesis; vestings: readonly Address[] },
): Record<'livepeerToken' | 'genesisClaim' | 'endowment', Creation> {
  const { claim, endowment } = genesis
  const { livepeerToken, bondingManager } = at
  const allocations = [
    ...genesis.wallets,
    ...genesis.vestings.map(({ amount }, index) => ({ to: vestings[index] as Address, amount })),
    { to: at.endowment, amount: endowment.amount },
    { to: at.genesisClaim, amount: claim.amount },
  ].map(({ to, amount }) => ({ to, amount: BigInt(amount) }))
  return {
    livepeerToken: { abi: livepeerTokenAbi, bytecode: livepeerTokenBytecode, args: [allocations, at.minter] },
    genesisClaim: {
      ...{ abi: genesisClaimAbi, bytecode: genesisClaimBytecode },
      args: [livepeerToken, bondingManager, claim.root, BigInt(claim.count), BigInt(claim.openSeconds)],
    },
    endowment: {
      ...{ abi: endowmentAbi, bytecode: endowmentBytecode },
      args: [at.timelock, livepeerToken, bondingManager, BigInt(endowment.vestingSeconds)],
    },
  }
}

/** One contract for each vesting, in the order of the schedule. */
export const vestingCreations = ({ vestings }: Genesis): Creation[] =>
  vestings.map(({ to, cliffSeconds, vestingSeconds }) => ({
    ...{ abi: vestingAbi, bytecode: vestingBytecode },
    args: [to, BigInt(cliffSeconds), BigInt(vestingSeconds)],
  }))
