import { contractsOn } from '@lp/contracts/deployments'
import { formatEther } from 'viem'
import { blockSeconds } from '../../chain/blockSeconds'
import { Sender } from '../../chain/Sender'
import { RoundsChain } from '../../rounds/RoundsChain'
import type { connect } from '../connect'
import { missingEther } from '../problemsOf'
import { BadError, examine, type Finding } from './Finding'

type Connected = Awaited<ReturnType<typeof connect>>

/** A block can be this much newer than our clock, because the clocks of the chain's nodes differ too. */
const aheadSeconds = 15
/** Our clock can be this much ahead of the newest block, or by this number of blocks, whichever is longer. */
const [behindSeconds, behindBlocks] = [60, 20]

/** Compares this machine's clock with the time of the newest block. */
export const examineClock = ({ client }: Connected, nowMs = Date.now()): Promise<Finding> =>
  examine('clock', async () => {
    const { timestamp, number } = await client.getBlock()
    const age = Math.round(nowMs / 1_000 - Number(timestamp))
    const allowed = Math.max(behindSeconds, behindBlocks * ((await blockSeconds(client)) ?? 0))
    const mend = 'Set the clock by NTP: timedatectl set-ntp true.'
    if (age < -aheadSeconds)
      throw new BadError(
        `This machine’s clock is at least ${-age} s late: the newest block is from its future. ${mend}`,
      )
    if (age > allowed)
      throw new BadError(
        `By this machine’s clock, the newest block (${number}) is ${age} s old. Either the chain has stopped, or the clock is fast. Look at the newest block in a block explorer. If the chain runs: ${mend}`,
      )
    return `The newest block is ${Math.max(0, age)} s old by this machine’s clock.`
  })

export const examineEther = ({ client, wallet }: Connected): Promise<Finding> =>
  examine('ether', async () => {
    const { address } = wallet.account
    const balance = await client.getBalance({ address })
    const poor = missingEther(balance, address)
    if (poor) throw new BadError(poor)
    return `The account ${address} has ${formatEther(balance)} ETH for gas.`
  })

/** The stake of this key, and whether the key can become, or is, a transcoder with a seat. */
export const examineStake = ({ client, wallet, chainId }: Connected): Promise<Finding> =>
  examine('stake', async () => {
    const { address } = wallet.account
    const sender = new Sender({ client, wallet })
    try {
      const seat = await new RoundsChain({ client, sender, chainId }).seat(await client.getBlockNumber())
      const { livepeerToken } = contractsOn(chainId)
      const balance = await client.readContract({ ...livepeerToken, functionName: 'balanceOf', args: [address] })
      const own = `This key has bonded ${formatEther(seat.ownStake)} LPT of its own`
      if (balance < seat.missingSelfStake)
        throw new BadError(
          `${own}, and has ${formatEther(balance)} LPT. A transcoder needs ${formatEther(seat.missingSelfStake)} LPT more own stake. Send ${formatEther(seat.missingSelfStake - balance)} LPT to ${address}. A relay without stake needs none: lp-relay relay.`,
        )
      if (seat.missedRewards > 0n)
        throw new BadError(
          `${own}, and has not called reward for ${seat.missedRewards} rounds. It is slashed if it misses too many rewards. Keep lp-relay running, and send it ether for gas.`,
        )
      if (!seat.registered) return `${own}. lp-relay start bonds the rest and registers it as a transcoder.`
      if (!seat.seated)
        throw new BadError(
          `${own}, but other transcoders have more stake, so this key has no seat and gets no jobs. Bond more with --stake, or ask delegators for stake.`,
        )
      return `${own}, holds a seat, and is ${seat.available ? 'open' : 'closed'} for new jobs.`
    } finally {
      sender.close()
    }
  })
