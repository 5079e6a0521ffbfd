import type { PrivateKeyAccount } from 'viem/accounts'
import { isDiskFull } from '../storage/isDiskFull'
import { type ChainOptions, connect } from './connect'
import { type Lock, lockDirectory, lockKey } from './Lock'
import { DirectoryFullError, openDirectory } from './openDirectory'

export type Connected = Awaited<ReturnType<typeof connect>>

/**
 * Starts a role if no other process uses its data directory or its key. Rejects with `DirectoryError`, `DirectoryFullError` and
 * `HeldError`, and with the errors of `connect` and of `start`.
 */
export async function startLocked<
  Options extends ChainOptions & { account: PrivateKeyAccount; directory: string },
  Node extends { close(): Promise<void> },
>(options: Options, start: (chain: Connected, options: Options) => Promise<Node>): Promise<Node> {
  await openDirectory(options.directory)
  const locks: Lock[] = []
  const release = async () => {
    for (const lock of locks.splice(0)) await lock.release()
  }
  try {
    locks.push(await lockDirectory(options.directory))
    const chain = await connect(options)
    locks.push(await lockKey({ address: options.account.address, network: chain.network }))
    const node = await start(chain, options)
    return { ...node, close: () => node.close().finally(release) }
  } catch (error) {
    await release()
    // The error of a write, unlike the error of `open`, does not name the file.
    throw isDiskFull(error) ? new DirectoryFullError({ directory: options.directory }) : error
  }
}
