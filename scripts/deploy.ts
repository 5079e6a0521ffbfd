import { inspect, parseArgs } from 'node:util'
import { type Address, http, isAddress } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount, privateKeyToAddress } from 'viem/accounts'
import { localKey, localVerifier } from '../contracts/script/deploy'
import { deployTo } from '../contracts/script/deployTo'
import { localFolder, readGenesis } from '../contracts/script/Genesis'
import { isNetwork, type Network, networks } from '../contracts/script/networks'
import { type PresetName, presets } from '../contracts/script/presets'
import { readPassword } from '../relay/src/cli/keys'
import { explain } from '../relay/src/node/explain'
import * as Keystore from '../relay/src/node/Keystore'
import { conceal, hideSecret, hideUrl } from '../relay/src/node/secrets'
import { ask, askPassword } from './ask'
import { StartError } from './StartError'

const options = {
  network: { type: 'string' },
  preset: { type: 'string' },
  rpc: { type: 'string' },
  keystore: { type: 'string' },
  'password-file': { type: 'string' },
  verifier: { type: 'string' },
  genesis: { type: 'string' },
  out: { type: 'string' },
  yes: { type: 'boolean', default: false },
} as const

const usage =
  'npm run deploy -- --network <name> --rpc <url> --keystore <file> [--password-file <file>] --verifier <address> --genesis <folder> [--out <folder>] [--yes]'

type Values = { [name in keyof typeof options]?: (typeof options)[name]['type'] extends 'string' ? string : boolean }

/**
 * Deploys the contracts: `npm run deploy -- --network sepolia --rpc … --keystore … --verifier … --genesis …`. For a chain that has no name, `--preset` names
 * the parameters. Shows the cost and asks before the first transaction, except with `--yes`. An interrupted deployment continues
 * with the same command. `--genesis`: the folder with `schedule.json` and `claims.csv`. On the network `local`, the account, the verifier and the
 * genesis are fixed. `--out`: the folder for the addresses, by default
 * `contracts/deployments`.
 */
export default async function deploy(args: readonly string[]): Promise<void> {
  try {
    await run(parse(args))
  } catch (error) {
    // The text of an RPC's error can contain the address of the RPC, and so its key.
    throw new StartError(conceal(explain(error) ?? inspect(error)))
  }
}

async function run(values: Values): Promise<void> {
  hideSecret(process.env.LP_PASSWORD)
  const network = networkOf(values)
  if (network?.refusal) throw new StartError(network.refusal)
  const isLocal = network === networks.local
  const rpcUrl = values.rpc ?? (isLocal ? 'http://127.0.0.1:8545' : undefined)
  if (!rpcUrl || !/^https?:\/\/./.test(rpcUrl) || !URL.canParse(rpcUrl))
    throw new StartError('Name the RPC of the chain, an http or https address: --rpc <url>.')
  hideUrl(rpcUrl)
  const preset = network?.preset ?? presetOf(values)
  const verifier = isLocal ? privateKeyToAddress(localKey(localVerifier)) : verifierOf(values)
  const genesis = readGenesis(isLocal ? localFolder : genesisOf(values))
  const account = isLocal ? privateKeyToAccount(localKey(0)) : await accountOf(values)
  const { file, settings, chainId, isNew, vestings } = await deployTo({
    ...{ transport: http(rpcUrl), account, preset, verifier, genesis, chainId: network?.chainId, folder: values.out },
    report: (table) => console.error(table),
    confirm: async (question) => values.yes === true || confirmed(question),
  })
  console.log(`Deployed on chain ${chainId}, and read back: ${file}`)
  console.log(`For pages and relays that were built before, the same addresses are in ${settings}`)
  for (const [index, address] of vestings.entries())
    console.log(`The LPT of ${genesis.vestings[index]?.to} vest in ${address}`)
  if (isNew && values.out === undefined)
    console.log(`Add the file to contracts/deployments/deployments.ts, so that later builds know chain ${chainId}.`)
}

/** Throws `StartError` for an unknown option. */
function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    const [reason] = (error as Error).message.split('.')
    throw new StartError(`${reason}. Write: ${usage}`)
  }
}

/** Undefined if the person has named a preset and no network. */
function networkOf({ network, preset }: Values): Network | undefined {
  if ((network === undefined) === (preset === undefined))
    throw new StartError(
      `Name the chain with --network (${Object.keys(networks).join(', ')}). Only for a chain without a name, name the parameters with --preset (${Object.keys(presets).join(', ')}).`,
    )
  if (network === undefined) return undefined
  if (!isNetwork(network))
    throw new StartError(
      `There is no network "${network}". Choose one of: ${Object.keys(networks).join(', ')}. For another chain, write --preset instead.`,
    )
  return networks[network]
}

function presetOf({ preset = '' }: Values): PresetName {
  if (Object.hasOwn(presets, preset)) return preset as PresetName
  throw new StartError(`There is no preset "${preset}". Choose one of: ${Object.keys(presets).join(', ')}.`)
}

function verifierOf({ verifier }: Values): Address {
  if (verifier && isAddress(verifier)) return verifier
  throw new StartError('Name the account that reports the verdicts: --verifier <address>.')
}

function genesisOf({ genesis }: Values): string {
  if (genesis) return genesis
  throw new StartError(
    'Name the folder with schedule.json and claims.csv, which say who gets the LPT: --genesis <folder>. contracts/genesis/local is an example.',
  )
}

async function accountOf({ keystore, 'password-file': passwordFile }: Values): Promise<PrivateKeyAccount> {
  if (!keystore) throw new StartError('Name the encrypted key of the account that deploys: --keystore <file>.')
  const password = (await readPassword(passwordFile)) ?? (await askPassword(`Password of ${keystore}: `))
  hideSecret(password)
  return Keystore.open({ file: keystore, password, privateKey: undefined })
}

async function confirmed(question: string): Promise<boolean> {
  const answer = await ask(`${question} Write yes or no: `)
  if (answer === undefined)
    throw new StartError(`${question} Nobody can answer here. If you agree, add --yes and run the command again.`)
  return answer.trim().toLowerCase() === 'yes'
}
