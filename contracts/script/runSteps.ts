import {
  type Abi,
  type Account,
  type Address,
  BaseError,
  createPublicClient,
  createWalletClient,
  decodeErrorResult,
  encodeDeployData,
  type FeeValuesEIP1559,
  type Hex,
  isHex,
  type PublicClient,
  type Transport,
} from 'viem'
import type { Step } from './DeploymentPlan'

/**
 * The largest contract needs less than 6 M gas. Without a fixed limit, viem would estimate the gas, and would have to wait until
 * the earlier contracts are deployed.
 */
const deploymentGas = 8_000_000n
const pollingMs = 100

/**
 * Sends the transactions that the account has not sent yet, and waits until each contract has code. So a deployment that was interrupted after
 * any transaction can run again. No transaction waits for another, and all can be in one block. Throws `DeploymentRevertedError`,
 * `ForeignTransactionError`, `OtherChainError` and viem's RPC errors.
 */
export async function runSteps(
  steps: readonly Step[],
  { transport, account, fees }: { transport: Transport; account: Account; fees?: FeeValuesEIP1559 },
): Promise<void> {
  const chain: PublicClient = createPublicClient({ transport, pollingInterval: pollingMs })
  const wallet = createWalletClient({ account, transport })
  const { address } = account
  const sent = await chain.getTransactionCount({ address, blockTag: 'pending' })
  const [first] = steps
  if (first && sent < first.nonce) throw new OtherChainError({ deployer: address, sent, nonce: first.nonce })
  let last: Hex | undefined
  for (const { abi, bytecode, args, nonce, gas = deploymentGas } of steps.filter(({ nonce }) => nonce >= sent))
    last = await wallet.deployContract({ abi, bytecode, args, chain: null, nonce, gas, ...fees })
  if (last) await chain.waitForTransactionReceipt({ hash: last })
  const end = (steps.at(-1)?.nonce ?? -1) + 1
  // An earlier run may have sent the last transactions, and they can still wait for a block.
  while ((await chain.getTransactionCount({ address, blockTag: 'latest' })) < end)
    await new Promise((resolve) => setTimeout(resolve, pollingMs))
  for (const step of steps) {
    if (await chain.getCode({ address: step.address })) continue
    // A receipt does not say why a transaction reverted. A call with the same data reverts with the reason.
    const cause = await chain.call({ account, data: encodeDeployData(step) }).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (cause === undefined) throw new ForeignTransactionError({ deployer: address, nonce: step.nonce })
    throw new DeploymentRevertedError({ reason: reasonOf(cause, step.abi), cause })
  }
}

const dataOf = (error: unknown): unknown => (error as { data?: unknown } | undefined)?.data

/** The custom error with which a constructor reverted, as text. */
function reasonOf(cause: unknown, abi: Abi): string {
  const raw = cause instanceof BaseError ? cause.walk((error) => isHex(dataOf(error))) : undefined
  const data = dataOf(raw)
  if (!isHex(data)) return 'no reason given'
  const { errorName, args } = decodeErrorResult({ abi, data })
  return `${errorName}(${(args ?? []).join(', ')})`
}

export class DeploymentRevertedError extends Error {
  override readonly name = 'DeploymentRevertedError'
  readonly forPeople = true
  constructor({ reason, cause }: { reason: string; cause: unknown }) {
    super(`The constructor of a contract reverted: ${reason}. Check that the preset suits this chain.`, { cause })
  }
}

export class ForeignTransactionError extends Error {
  override readonly name = 'ForeignTransactionError'
  readonly forPeople = true
  constructor({ deployer, nonce }: { deployer: Address; nonce: number }) {
    super(
      `Transaction ${nonce} of ${deployer} is not the transaction of the deployment, so the contracts cannot get their addresses. ` +
        'Use an account that sends no other transactions, and begin a new deployment.',
    )
  }
}

export class OtherChainError extends Error {
  override readonly name = 'OtherChainError'
  readonly forPeople = true
  constructor({ deployer, sent, nonce }: { deployer: Address; sent: number; nonce: number }) {
    super(
      `The deployment began on another chain: there, ${deployer} had sent ${nonce} transactions, and here it has sent ${sent}. Use the RPC of ` +
        'the first run, or delete the plan to begin a new deployment.',
    )
  }
}
