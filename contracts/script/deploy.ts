import { parseArgs } from 'node:util'
import { type Address, createPublicClient, type Hex, http, isAddress, type Transport } from 'viem'
import { mnemonicToAccount, privateKeyToAccount, privateKeyToAddress } from 'viem/accounts'
import { type Deployment, deployments } from '../deployments'
import { type DeploymentPlan, deploymentOf, stepsOf, vestingsOf } from './DeploymentPlan'
import { continuePlan, endPlan, writeDeployment } from './deploymentFiles'
import { assertComplete, type Genesis, localFolder, readGenesis } from './Genesis'
import { type PresetName, presets } from './presets'
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

function assertUnused({ chainId, firstNonce, deployer }: DeploymentPlan): void {
  if (chainId === localChainId && firstNonce !== 0) throw new UsedDeployerError({ deployer, nonce: firstNonce })
}

/** The plan of a deployment that begins now. */
async function planOf({
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

/**
 * Deploys the contracts, and writes `contracts/deployments/<chainId>.ts`. If a run was interrupted, the next run continues: the plan is in
 * `contracts/deployments/<chainId>.plan.json` until the deployment has ended. Options: `--rpc-url` (default http://127.0.0.1:8545), `--preset`
 * (default local), `--verifier`, the address of the verifier, and `--genesis`, the folder with the files of the genesis. Reads the
 * deployer's key from LP_DEPLOYER_KEY. For the preset `local`, the verifier, the key and the genesis are fixed, and the function reads none of
 * these values.
 */
export default async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'rpc-url': { type: 'string', default: 'http://127.0.0.1:8545' },
      preset: { type: 'string', default: 'local' },
      verifier: { type: 'string' },
      genesis: { type: 'string' },
    },
  })
  const { preset } = values
  if (!isPreset(preset)) throw new UnknownPresetError({ preset })
  const deployerKey = preset === 'local' ? localKey(0) : process.env.LP_DEPLOYER_KEY
  if (!deployerKey) throw new NoDeployerKeyError()
  const verifier = preset === 'local' ? privateKeyToAddress(localKey(localVerifier)) : values.verifier
  if (!verifier || !isAddress(verifier)) throw new NoVerifierError()
  const folder = preset === 'local' ? localFolder : values.genesis
  if (!folder) throw new NoGenesisError()
  const [transport, account] = [http(values['rpc-url']), privateKeyToAccount(deployerKey as Hex)]
  const [deployer, genesis] = [account.address, readGenesis(folder)]
  assertComplete(genesis, { supply: presets[preset].initialAllocation, deployer, isLocal: preset === 'local' })
  const plan = continuePlan(await planOf({ transport, deployer, preset, verifier, genesis }), assertUnused)
  await runSteps(stepsOf(plan), { transport, account })
  const { file, isNew } = writeDeployment(deploymentOf(plan))
  endPlan(plan)
  console.log(`Deployed on chain ${plan.chainId}: ${file}`)
  for (const [index, address] of vestingsOf(plan).entries())
    console.log(`The LPT of ${genesis.vestings[index]?.to} vest in ${address}`)
  if (isNew)
    console.log(`Add the file to contracts/deployments/deployments.ts, so that contractsOn(${plan.chainId}) finds it.`)
}

const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name)

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
        'mnemonic, or write the file again: node scripts/ts.mjs contracts/script/deploy.ts',
    )
  }
}

export class UnknownPresetError extends Error {
  override readonly name = 'UnknownPresetError'
  readonly forPeople = true
  constructor({ preset }: { preset: string }) {
    super(`There is no preset "${preset}". Choose one of: ${Object.keys(presets).join(', ')}.`)
  }
}

export class NoVerifierError extends Error {
  override readonly name = 'NoVerifierError'
  readonly forPeople = true
  constructor() {
    super('Name the account that reports the verdicts: --verifier <address>.')
  }
}

export class NoGenesisError extends Error {
  override readonly name = 'NoGenesisError'
  readonly forPeople = true
  constructor() {
    super(
      'Name the folder with schedule.json and claims.csv, which say who gets the LPT: --genesis <folder>. contracts/genesis/local is an example.',
    )
  }
}

export class NoDeployerKeyError extends Error {
  override readonly name = 'NoDeployerKeyError'
  readonly forPeople = true
  constructor() {
    super('Set LP_DEPLOYER_KEY to the private key of the deployer.')
  }
}
