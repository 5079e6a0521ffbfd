import { StreamPrice } from '@lp/contracts/protocol'
import type { Sale } from 'lp-relay'

/** A page of a broadcaster makes segments of two seconds. */
const segmentsPerMinute = 30n

/** What a minute of a paid stream costs, and the usual amount of a cheque, in wei. */
export const costOf = (sale: Sale | undefined): { keysPerMinute: bigint; keyStep: bigint } => ({
  keysPerMinute: (sale?.price.weiPerSegment ?? 0n) * segmentsPerMinute,
  keyStep: sale ? StreamPrice.ofEpoch(sale.price) : 0n,
})
