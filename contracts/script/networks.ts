import { networks as chainIds } from '../deployments'
import type { PresetName } from './presets'

/** A chain to which `npm run deploy` can deploy by name. */
export type Network = {
  chainId: number
  preset: PresetName
  /** The source of randomness for draws and lotteries. If `refusal` is set: why the chain has no source that is safe. */
  randomness: string
  /** Why lp cannot be deployed there, and the next step. */
  refusal?: string
}

const arbitrum = (chainId: number, name: string): Network => ({
  ...{ chainId, preset: 'mainnet', randomness: 'none: the hashes of BLOCKHASH and EIP-2935 are made by the sequencer' },
  refusal:
    `lp cannot be deployed on ${name}: its block hashes are no safe randomness, because one company, the sequencer, makes them, and a ` +
    'contract there sees the block numbers of Ethereum, not those of the chain. Deploy on a chain whose validators make the blocks, as in ' +
    '--network sepolia.',
})

const validators = 'BLOCKHASH, and for older blocks the history contract of EIP-2935'

/** Decision 071 has the reasons. */
export const networks: Readonly<Record<keyof typeof chainIds, Network>> = {
  local: { chainId: chainIds.local, preset: 'local', randomness: 'BLOCKHASH of anvil: enough for tests' },
  sepolia: { chainId: chainIds.sepolia, preset: 'mainnet', randomness: validators },
  'arbitrum-sepolia': arbitrum(chainIds['arbitrum-sepolia'], 'Arbitrum Sepolia'),
  'arbitrum-one': arbitrum(chainIds['arbitrum-one'], 'Arbitrum One'),
}

export type NetworkName = keyof typeof networks

export const isNetwork = (name: string): name is NetworkName => Object.hasOwn(networks, name)
