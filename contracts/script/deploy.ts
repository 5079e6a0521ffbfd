import { type Address, createPublicClient, type Hex, http, type Transport } from 'viem'
import { mnemonicToAccount, privateKeyToAccount, privateKeyToAddress } from 'viem/accounts'
import { type Deployment, deployments } from '../deployments'
import { type DeploymentPlan, deploymentOf, stepsOf } from './DeploymentPlan'
import { type Genesis, localFolder, readGenesis } from './Genesis'
import type { PresetName } from './presets'
import { runSteps } from './runSteps'

/** Chain id of anvil. The private key of this chain's deployer is public. */
export const localChainId = 31337

const localMnemonic = 'test test test test test test test test test test test junk'

const localKeys = new Map<number, Hex>()

/** Private key of account `index` of anvil's standard mnemonic. Account 0 is the deployer. */
export function localKey(index: number): Hex {
  let key = localKeys.get(index)
  if (!key) {
    const { privateKey } = mnemonicToAccount(localMnemonic, { addressIndex: index }).getHdKey()
    key = `0x${Buffer.from(privateKey as Uint8Array).toString('hex')}`
    // The keys are stored, because each derivation takes 2,048 rounds of SHA-512, 0.1 s on a slow machine.
    localKeys.set(index, key)
  }
  return key
}

/** The account of anvil's standard mnemonic that is the verifier of the local chain. */
export const localVerifier = 3

type Options = { rpcUrl: string; deployerKey: Hex; preset: PresetName; genesis?: Genesis }

/**
 * Deploys the contracts with the parameters of `preset`. The account `localVerifier` is the verifier. The timelock owns the
 * contracts, and only the governor can schedule operations of the timelock. The deployer receives no power. The default genesis is that of
 * the local chain, which gives almost all LPT to account 0 of the test mnemonic. Throws `DeploymentRevertedError` and viem's RPC errors. On the local chain, the addresses must be the addresses in
 * `contracts/deployments/31337.ts`. If they are not, throws `UsedDeployerError` or `OtherAddressesError`.
 */
export async function deploy({
  rpcUrl,
  deployerKey,
  preset,
  genesis = readGenesis(localFolder),
}: Options): Promise<Deployment> {
  const [transport, account] = [http(rpcUrl), privateKeyToAccount(deployerKey)]
  const verifier = privateKeyToAddress(localKey(localVerifier))
  const plan = await planOf({ transport, deployer: account.address, preset, verifier, genesis })
  assertUnused(plan)
  await runSteps(stepsOf(plan), { transport, account })
  const deployment = deploymentOf(plan)
  const committed = deployments.find(({ chainId }) => chainId === localChainId)
  if (deployment.chainId === localChainId && JSON.stringify(deployment) !== JSON.stringify(committed))
    throw new OtherAddressesError()
  return deployment
}

/** On the local chain, the addresses of the contracts are committed, so a plan must begin with the first transaction. */
export function assertUnused({ chainId, firstNonce, deployer }: DeploymentPlan): void {
  if (chainId === localChainId && firstNonce !== 0) throw new UsedDeployerError({ deployer, nonce: firstNonce })
}

/** The plan of a deployment that begins now. */
export async function planOf({
  transport,
  ...rest
}: { transport: Transport } & Pick<
  DeploymentPlan,
  'deployer' | 'preset' | 'verifier' | 'genesis'
>): Promise<DeploymentPlan> {
  const chain = createPublicClient({ transport })
  const chainId = await chain.getChainId()
  const firstNonce = await chain.getTransactionCount({ address: rest.deployer, blockTag: 'pending' })
  // The committed file of the local chain must not depend on the number of blocks that anvil mined before the deployment.
  const fromBlock = chainId === localChainId ? 0 : Number(await chain.getBlockNumber())
  return { chainId, firstNonce, fromBlock, ...rest }
}

export class UsedDeployerError extends Error {
  override readonly name = 'UsedDeployerError'
  readonly forPeople = true
  constructor({ deployer, nonce }: { deployer: Address; nonce: number }) {
    super(
      `This local chain is not new: ${deployer} has sent ${nonce} transactions, so the contracts would not get the ` +
        'committed addresses. Start a new anvil and deploy first.',
    )
  }
}

export class OtherAddressesError extends Error {
  override readonly name = 'OtherAddressesError'
  readonly forPeople = true
  constructor() {
    super(
      'The addresses of the contracts differ from contracts/deployments/31337.ts. Deploy with account 0 of the test ' +
        'mnemonic, or write the file again: npm run deploy -- --network local',
    )
  }
}
