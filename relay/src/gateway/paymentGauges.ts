import { Gauge, type Registry } from 'prom-client'
import { formatEther } from 'viem'
import type { PaymentsStatus } from './Status'

/** The most streams with samples of their own: those that have earned or cost something last. */
const maxStreams = 100

/** Makes the gauges of payments. Returns the function that sets them. */
export function createPaymentGauges(registry: Registry): (payments: PaymentsStatus) => void {
  const registers = [registry]
  const outstanding = new Gauge({
    name: 'lp_cheques_outstanding_ether',
    help: 'What all cheques that this relay holds would bring, in ether.',
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
    help: 'What viewers have paid by cheques for a stream since the start of this relay, in ether.',
  })
  const cost = new Gauge({
    ...{ name: 'lp_stream_paid_ether', labelNames, registers },
    help: 'What this relay has paid by cheques for a stream since its start, in ether.',
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
