import { type Deployment, deploymentOn } from '@lp/contracts/deployments'
import { BaseError, type Client, ContractFunctionExecutionError, isAddressEqual, parseAbi, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { isLimited } from './isOverLimit'

type Name = Exclude<keyof Deployment, 'chainId' | 'fromBlock'>

/** `[contract, its function, the contract whose address the function returns]`. No vote can change these addresses. */
const links = [
  ['jobsManager', 'bondingManager', 'bondingManager'],
  ['jobsManager', 'claimsManager', 'claimsManager'],
  ['jobsManager', 'randomness', 'randomness'],
  ['claimsManager', 'jobsManager', 'jobsManager'],
  ['bondingManager', 'roundsManager', 'roundsManager'],
  ['bondingManager', 'token', 'livepeerToken'],
  ['roundsManager', 'minter', 'minter'],
  ['jobsManager', 'owner', 'timelock'],
  ['governor', 'timelock', 'timelock'],
  ['governor', 'token', 'stakeVotes'],
] as const satisfies readonly (readonly [Name, string, Name])[]

const abi = parseAbi([
  'function bondingManager() view returns (address)',
  'function claimsManager() view returns (address)',
  'function randomness() view returns (address)',
  'function jobsManager() view returns (address)',
  'function roundsManager() view returns (address)',
  'function token() view returns (address)',
  'function minter() view returns (address)',
  'function owner() view returns (address)',
  'function timelock() view returns (address)',
  'function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)',
  'function getServiceURI(address account) view returns (string)',
  'function verifier() view returns (address)',
])

/** The name and the version in the signatures of lp. */
const [domainName, domainVersion] = ['Livepeer', '1']

/**
 * Checks that the contracts of lp are at the addresses of the deployment, belong to one deployment, and have our version. Throws
 * `ForeignContractError`, and viem's errors if the chain does not answer.
 */
export async function checkContracts(client: Client, chainId: number): Promise<void> {
  const at = deploymentOn(chainId)
  /** `undefined` if there is no contract at the address, or if the contract does not have the function. */
  const ask = async (name: Name, functionName: Parameters<typeof readContract>[1]['functionName'], args?: unknown[]) =>
    readContract(client, { abi, address: at[name], functionName, ...(args && { args }) } as never).catch((error) => {
      if (!isOtherContract(error)) throw error
    }) as Promise<unknown>
  const expectAnswer = async (name: Name, isRight: boolean) => {
    if (!isRight) throw new ForeignContractError({ chainId, name, address: at[name] })
  }
  await Promise.all([
    ...links.map(async ([name, functionName, target]) => {
      const answer = await ask(name, functionName)
      await expectAnswer(name, typeof answer === 'string' && isAddressEqual(answer as `0x${string}`, at[target]))
    }),
    ...(['jobsManager', 'chequebook'] as const).map(async (name) => {
      const domain = (await ask(name, 'eip712Domain')) as readonly unknown[] | undefined
      await expectAnswer(name, domain?.[1] === domainName && domain[2] === domainVersion)
    }),
    ask('serviceRegistry', 'getServiceURI', [zeroAddress]).then((uri) => expectAnswer('serviceRegistry', uri === '')),
    ask('verifier', 'verifier').then((account) => expectAnswer('verifier', account !== undefined)),
  ])
}

/** Whether the chain has answered, and the answer is not an answer of our contract. */
const isOtherContract = (error: unknown): boolean =>
  error instanceof ContractFunctionExecutionError &&
  !isLimited(error) &&
  error.walk((cause) => cause instanceof BaseError && isOurs(cause.name)) !== null

const isOurs = (name: string) =>
  ['ContractFunctionZeroDataError', 'ContractFunctionRevertedError', 'AbiDecodingDataSizeTooSmallError'].includes(name)

export class ForeignContractError extends Error {
  override readonly name = 'ForeignContractError'
  readonly forPeople = true
  readonly problem: { sentence: string; nextStep: string }
  constructor({ chainId, name, address }: { chainId: number; name: Name; address: string }) {
    const sentence = `On chain ${chainId}, the contract at ${address} is not lp’s ${name} of this version.`
    const nextStep =
      'The addresses and the chain must be those of one deployment: compare them with the file that npm run deploy has written.'
    super(`${sentence} ${nextStep}`)
    this.problem = { sentence, nextStep }
  }
}
