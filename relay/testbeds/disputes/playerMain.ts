import { localKey } from '@lp/contracts/script/deploy'
import { type Address, createPublicClient, createWalletClient, type Hex, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { Sender } from '../../src/chain/Sender'
import { Player } from '../../src/judge'
import { honest, liar, taskOf } from './program'

/** What a player's process gets. It lies from `lieAt` on, if this is given. `account`: index of the account on the local chain. */
export type PlayerTask = {
  rpcUrl: string
  contract: Address
  gameId: Hex
  account: number
  bytes: number[]
  isRight: boolean
  lieAt?: number
}

/** The program of `startPlayerProcess`. */
function main({ rpcUrl, contract, gameId, account, bytes, isRight, lieAt }: PlayerTask): void {
  const transport = http(rpcUrl)
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 20 })
  const wallet = createWalletClient({ account: privateKeyToAccount(localKey(account)), chain: foundry, transport })
  const onFault = () => undefined
  const truth = honest(taskOf({ bytes: Uint8Array.from(bytes), isRight }))
  const states = lieAt === undefined ? truth : liar(truth, lieAt)
  new Player({ client, sender: new Sender({ client, wallet, onFault }), contract, gameId, states, onFault }).start()
}

main(JSON.parse(process.argv[2] as string))
