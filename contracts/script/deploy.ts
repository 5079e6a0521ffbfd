import { existsSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  type Abi,
  type Address,
  BaseError,
  createPublicClient,
  createWalletClient,
  decodeErrorResult,
  encodeDeployData,
  getContractAddress,
  type Hex,
  http,
  isAddress,
  isAddressEqual,
  isHex,
} from 'viem'
import { mnemonicToAccount, privateKeyToAccount, privateKeyToAddress } from 'viem/accounts'
import {
  bondedVerifierAbi,
  bondedVerifierBytecode,
  bondingEarningsAbi,
  bondingEarningsBytecode,
  bondingManagerAbi,
  bondingManagerBytecode,
  bondingSeatsAbi,
  bondingSeatsBytecode,
  chequebookAbi,
  chequebookBytecode,
  claimsManagerAbi,
  claimsManagerBytecode,
  claimsSettlementAbi,
  claimsSettlementBytecode,
  eip2935Abi,
  eip2935Bytecode,
  jobsManagerAbi,
  jobsManagerBytecode,
  livepeerTokenAbi,
  livepeerTokenBytecode,
  minterAbi,
  minterBytecode,
  randomnessSeatAbi,
  randomnessSeatBytecode,
  roundsManagerAbi,
  roundsManagerBytecode,
  serviceRegistryAbi,
  serviceRegistryBytecode,
  stakeGovernorAbi,
  stakeGovernorBytecode,
  stakeVotesAbi,
  stakeVotesBytecode,
  timelockAbi,
  timelockBytecode,
} from '../abi'
import { type Deployment, deployments } from '../deployments'
import { type PresetName, presets } from './presets'

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

type Options = {
  rpcUrl: string
  deployerKey: Hex
  preset: PresetName
  /** The account that reports the verdicts. The account of a BondedVerifier never changes. */
  verifier: Address
}

/**
 * Deploys the contracts with the parameters of `preset`. The account `localVerifier` is the verifier. The timelock owns the
 * contracts, and only the governor can schedule operations of the timelock. The deployer receives the initial LPT, and no power. Throws
 * `DeploymentRevertedError` and viem's RPC errors. On the local chain, the addresses must be the addresses in
 * `contracts/deployments/31337.ts`. If they are not, throws `UsedDeployerError` or `OtherAddressesError`.
 */
export async function deploy(options: Omit<Options, 'verifier'>): Promise<Deployment> {
  const deployment = await create({ ...options, verifier: privateKeyToAddress(localKey(localVerifier)) })
  const committed = deployments.find(({ chainId }) => chainId === localChainId)
  if (deployment.chainId === localChainId && JSON.stringify(deployment) !== JSON.stringify(committed))
    throw new OtherAddressesError()
  return deployment
}

async function create({ rpcUrl, deployerKey, preset, verifier }: Options): Promise<Deployment> {
  const account = privateKeyToAccount(deployerKey)
  const transport = http(rpcUrl)
  const chain = createPublicClient({ transport, pollingInterval: 100 })
  const wallet = createWalletClient({ account, transport })
  const chainId = await chain.getChainId()
  const values = presets[preset]
  let nonce = await chain.getTransactionCount({ address: account.address, blockTag: 'pending' })
  if (chainId === localChainId && nonce !== 0) throw new UsedDeployerError({ deployer: account.address, nonce })

  // The committed file of the local chain must not depend on the number of blocks that anvil mined before the deployment.
  const fromBlock = chainId === localChainId ? 0 : Number(await chain.getBlockNumber())

  const sent: (Creation & { hash: Hex; address: Address })[] = []
  // The nonce determines the address of a contract. So no transaction waits for another, and all can be in one block.
  async function send(contract: Creation): Promise<Address> {
    const address = getContractAddress({ from: account.address, nonce: BigInt(nonce) })
    const hash = await wallet.deployContract({ ...contract, chain: null, nonce: nonce++, gas: deploymentGas })
    sent.push({ ...contract, hash, address })
    return address
  }

  async function settle({ hash, address, ...contract }: (typeof sent)[number]): Promise<void> {
    const { status, contractAddress } = await chain.waitForTransactionReceipt({ hash })
    if (status === 'success' && contractAddress && isAddressEqual(contractAddress, address)) return
    // A receipt does not say why a transaction reverted. A call with the same data reverts with the reason.
    const cause = await chain.call({ account, data: encodeDeployData(contract) }).catch((error) => error)
    throw new DeploymentRevertedError({ hash, reason: reasonOf(cause, contract.abi), cause })
  }

  // A constructor gets the addresses of other contracts, also of contracts that are deployed later. A contract checks that its
  // extension has code. So each extension is deployed before its contract.
  const order = [
    ...([
      'timelock',
      'livepeerToken',
      'roundsManager',
      'serviceRegistry',
      'blockHashes',
      'randomness',
      'seats',
    ] as const),
    ...([
      'earnings',
      'settlement',
      'bondingManager',
      'jobsManager',
      'verifier',
      'claimsManager',
      'minter',
      'chequebook',
      'stakeVotes',
      'governor',
    ] as const),
  ]
  const at = Object.fromEntries(
    order.map((name, index) => [name, getContractAddress({ from: account.address, nonce: BigInt(nonce + index) })]),
  ) as Record<(typeof order)[number], Address>
  const {
    timelock,
    livepeerToken,
    roundsManager,
    randomness,
    bondingManager,
    jobsManager,
    claimsManager,
    minter,
    governor,
  } = at
  await send({ abi: timelockAbi, bytecode: timelockBytecode, args: [governor] })
  await send({ abi: livepeerTokenAbi, bytecode: livepeerTokenBytecode, args: [values.initialAllocation, minter] })
  await send({
    abi: roundsManagerAbi,
    bytecode: roundsManagerBytecode,
    args: [timelock, bondingManager, minter, randomness, values.roundLength, values.roundLockAmount],
  })
  await send({ abi: serviceRegistryAbi, bytecode: serviceRegistryBytecode, args: [] })
  await send({ abi: eip2935Abi, bytecode: eip2935Bytecode, args: [] })
  await send({ abi: randomnessSeatAbi, bytecode: randomnessSeatBytecode, args: [timelock, at.blockHashes] })
  await send({
    abi: bondingSeatsAbi,
    bytecode: bondingSeatsBytecode,
    args: [timelock, livepeerToken, roundsManager, claimsManager, governor],
  })
  await send({
    abi: bondingEarningsAbi,
    bytecode: bondingEarningsBytecode,
    args: [timelock, livepeerToken, minter, roundsManager, jobsManager, claimsManager, governor, at.seats],
  })
  await send({
    abi: claimsSettlementAbi,
    bytecode: claimsSettlementBytecode,
    args: [timelock, bondingManager, jobsManager, randomness],
  })
  await send({
    abi: bondingManagerAbi,
    bytecode: bondingManagerBytecode,
    args: [timelock, livepeerToken, roundsManager, at.earnings, claimsManager, values],
  })
  await send({
    abi: jobsManagerAbi,
    bytecode: jobsManagerBytecode,
    args: [timelock, bondingManager, randomness, claimsManager, values],
  })
  await send({
    abi: bondedVerifierAbi,
    bytecode: bondedVerifierBytecode,
    args: [claimsManager, bondingManager, verifier, values.verifierBond],
  })
  await send({
    abi: claimsManagerAbi,
    bytecode: claimsManagerBytecode,
    args: [timelock, bondingManager, jobsManager, randomness, at.settlement, at.verifier, values],
  })
  await send({
    abi: minterAbi,
    bytecode: minterBytecode,
    args: [timelock, livepeerToken, bondingManager, roundsManager, values.inflation, values],
  })
  await send({ abi: chequebookAbi, bytecode: chequebookBytecode, args: [values.withdrawalDelay] })
  await send({ abi: stakeVotesAbi, bytecode: stakeVotesBytecode, args: [bondingManager, roundsManager] })
  const governed = [livepeerToken, bondingManager, roundsManager, jobsManager, claimsManager] as const
  await send({
    abi: stakeGovernorAbi,
    bytecode: stakeGovernorBytecode,
    args: [...governed, timelock, at.stakeVotes, values.secondsPerBlock, values],
  })
  for (const creation of sent) await settle(creation)
  // The result does not have the extensions. The ABI of a contract already has the functions of its extension. The seat of the
  // randomness names its source.
  const { seats: _seats, earnings: _earnings, settlement: _settlement, blockHashes: _source, ...contracts } = at
  return { chainId, fromBlock, ...contracts }
}

type Creation = { abi: Abi; bytecode: Hex; args: readonly unknown[] }

const dataOf = (error: unknown): unknown => (error as { data?: unknown } | undefined)?.data

/** The custom error with which a constructor reverted, as text. */
function reasonOf(cause: unknown, abi: Abi): string {
  const raw = cause instanceof BaseError ? cause.walk((error) => isHex(dataOf(error))) : undefined
  const data = dataOf(raw)
  if (!isHex(data)) return 'no reason given'
  const { errorName, args } = decodeErrorResult({ abi, data })
  return `${errorName}(${(args ?? []).join(', ')})`
}

/**
 * The largest contract needs less than 6 M gas. Without a fixed limit, viem would estimate the gas, and would have to wait until
 * the earlier contracts are deployed.
 */
const deploymentGas = 8_000_000n

/**
 * Deploys the contracts, and writes `contracts/deployments/<chainId>.ts`. Options: `--rpc-url` (default http://127.0.0.1:8545), `--preset`
 * (default local), and `--verifier`, the address of the verifier. Reads the deployer's key from LP_DEPLOYER_KEY. For the preset
 * `local`, the verifier and the key are fixed, and the function reads neither of these two values.
 */
export default async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'rpc-url': { type: 'string', default: 'http://127.0.0.1:8545' },
      preset: { type: 'string', default: 'local' },
      verifier: { type: 'string' },
    },
  })
  if (!isPreset(values.preset)) throw new UnknownPresetError({ preset: values.preset })
  const deployerKey = values.preset === 'local' ? localKey(0) : process.env.LP_DEPLOYER_KEY
  if (!deployerKey) throw new NoDeployerKeyError()
  const verifier = values.preset === 'local' ? privateKeyToAddress(localKey(localVerifier)) : values.verifier
  if (!verifier || !isAddress(verifier)) throw new NoVerifierError()
  const deployment = await create({
    rpcUrl: values['rpc-url'],
    deployerKey: deployerKey as Hex,
    preset: values.preset,
    verifier,
  })
  const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../deployments')
  const file = `${folder}/${deployment.chainId}.ts`
  const existed = existsSync(file)
  writeFileSync(file, source(deployment))
  console.log(`Deployed on chain ${deployment.chainId}: ${file}`)
  if (!existed)
    console.log(`Add the file to ${folder}/deployments.ts, so that contractsOn(${deployment.chainId}) finds it.`)
}

/** The text of the module from which `contractsOn` reads the deployment. */
export function source({ chainId, fromBlock, ...addresses }: Deployment): string {
  const entries = Object.entries(addresses).map(([name, address]) => `  ${name}: '${address}',\n`)
  return `import type { Deployment } from './Deployment'

// Written by contracts/script/deploy.ts.
const deployment: Deployment = {
  chainId: ${chainId},
  fromBlock: ${fromBlock},
${entries.join('')}}

export default deployment
`
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

export class DeploymentRevertedError extends Error {
  override readonly name = 'DeploymentRevertedError'
  readonly forPeople = true
  readonly hash: Hex
  constructor({ hash, reason, cause }: { hash: Hex; reason: string; cause: unknown }) {
    super(`The constructor of a contract reverted: ${reason}. Check that the preset suits this chain.`, { cause })
    this.hash = hash
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

export class NoDeployerKeyError extends Error {
  override readonly name = 'NoDeployerKeyError'
  readonly forPeople = true
  constructor() {
    super('Set LP_DEPLOYER_KEY to the private key of the deployer.')
  }
}
