import { formatEther } from 'viem'
import type { PaymentsStatus } from '../gateway/Status'
import type { Json, StatusJson } from '../gateway/StatusJson'

/** The text shows at most this many streams and this many peers: those whose amounts changed last. `lp-relay status --json` shows all. */
const most = 20

/** The tables about payments in the text of `lp-relay status`. */
export function paymentReport({ price, payments }: Pick<StatusJson, 'price' | 'payments'>): string[][][] {
  if (!price) return []
  const tables = [[['price', Number(price.weiPerByte) === 0 ? 'free' : `${price.weiPerByte} gwei per GB`]]]
  return payments ? [...tables, ...moneyOf(payments)] : tables
}

function moneyOf({ cashed, outstanding, deposit, maxWeiPerByte, ...payments }: Json<PaymentsStatus>): string[][][] {
  const { gasFactor, expirySeconds } = payments.cashing
  const cheques = [
    ['cheques held', ether(outstanding)],
    ['cashed', ether(cashed)],
    ['cashes', `at ${gasFactor} times the gas cost, or ${Number(expirySeconds) / 60} min before a session key ends`],
  ]
  if (maxWeiPerByte !== undefined) cheques.push(['pays', `up to ${maxWeiPerByte} gwei per GB`])
  if (deposit && BigInt(deposit.free) > 0n)
    cheques.push(['deposit', `${ether(deposit.free)}${BigInt(deposit.withdrawal) > 0n ? ', to be withdrawn' : ''}`])
  const streams = payments.streams
    .slice(-most)
    .map(({ streamId, earned, paid }) => [
      short(streamId),
      ether(earned),
      ether(paid),
      ether(`${BigInt(earned) - BigInt(paid)}`),
    ])
  const peers = payments.peers
    .slice(-most)
    .map(({ party, earned, paid, owes, missing }) => [
      short(party),
      ether(earned),
      ether(paid),
      ether(owes),
      BigInt(missing) > 0n ? `${ether(missing)} not covered` : '',
    ])
  return [
    cheques,
    ...(streams.length > 0 ? [[['STREAM', 'EARNED', 'PAID', 'PROFIT'], ...streams]] : []),
    ...(peers.length > 0 ? [[['PEER', 'EARNED', 'PAID', 'OWES', ''], ...peers]] : []),
  ]
}

const ether = (wei: string) => `${formatEther(BigInt(wei))} ETH`
const short = (hash: string) => `${hash.slice(0, 10)}…`
