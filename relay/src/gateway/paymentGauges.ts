import { Gauge, type Registry } from 'prom-client'
import { formatEther } from 'viem'
import type { PaymentsStatus } from './Status'

/** The largest number of streams that have samples: the streams that earned or paid most recently. */
const maxStreams = 100

/** Makes the gauges of payments. Returns the function that sets them. */
export function createPaymentGauges(registry: Registry): (payments: PaymentsStatus) => void {
  const registers = [registry]
  const outstanding = new Gauge({
    name: 'lp_cheques_outstanding_ether',
    help: 'The sum that this relay would now get for all cheques that it holds, in ether.',
    registers,
  })
  const deposit = new Gauge({
    name: 'lp_chequebook_deposit_ether',
    help: 'The deposit from which the cheques of this relay are paid, in ether.',
    registers,
  })
  const labelNames = ['stream'] as const
  const income = new Gauge({
    ...{ name: 'lp_stream_earned_ether', labelNames, registers },
    help: 'Ether that this relay has earned by cheques for a stream since the start of the relay.',
  })
  const cost = new Gauge({
    ...{ name: 'lp_stream_paid_ether', labelNames, registers },
    help: 'Ether that this relay has paid by cheques for a stream since the start of the relay.',
  })
  return ({ outstanding: owed, deposit: own, streams }) => {
    outstanding.set(Number(formatEther(owed)))
    if (own) deposit.set(Number(formatEther(own.free)))
    for (const gauge of [income, cost]) gauge.reset()
    for (const { streamId: stream, earned, paid } of streams.slice(-maxStreams)) {
      income.set({ stream }, Number(formatEther(earned)))
      cost.set({ stream }, Number(formatEther(paid)))
    }
  }
}
