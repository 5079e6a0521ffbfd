import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import type { LocalChain } from '@lp/contracts/testbeds/localChain'
import { parseEther } from 'viem'

const { bondingManager } = contractsOn(localChainId)

/** Account `index` of the test mnemonic becomes an available transcoder. `uri`: the address of its relay. `stake`: LPT. */
export async function registerTranscoder(
  local: LocalChain,
  index: number,
  { uri, price, stake }: { uri: string; price: bigint; stake: string },
): Promise<void> {
  const user = local.user(index)
  const amount = parseEther(stake)
  await local.mined(local.user(0).livepeerToken.write.transfer([user.address, amount]))
  await local.mined(user.livepeerToken.write.approve([bondingManager.address, amount]))
  await local.mined(user.bondingManager.write.bond([amount, user.address]))
  await local.mined(user.bondingManager.write.transcoder([price, 0n, 0n]))
  await local.mined(user.serviceRegistry.write.setServiceURI([uri]))
  await local.mined(user.bondingManager.write.transcodeAvailability([true]))
}
