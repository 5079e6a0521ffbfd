import { type FormEvent, useState } from 'react'
import { formatEther } from 'viem'
import { amountProblem, formatAmount, parseAmount } from '../wallet/amount'

export type TopUpFormProps = {
  /** The price of an hour, in wei. 0: the stream is free. */
  suggestedWei: bigint
  /** What the deposit has now, in wei. */
  depositWei: bigint
  /** Undefined until the chain has answered. */
  balanceWei: bigint | undefined
  onAmount(amount: bigint): void
}

/** A smaller deposit can be used up before the first picture, because each relay gets a payment in advance. */
const leastSeconds = 20n

/** The form for a top-up. Before the person types, it suggests the price of an hour. */
export function useTopUpForm({ suggestedWei, depositWei, balanceWei, onAmount }: TopUpFormProps) {
  const [typed, setTyped] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const text = typed ?? (suggestedWei > 0n ? formatEther(roundedUp(suggestedWei)) : '')
  return {
    text,
    problem,
    hint:
      suggestedWei > 0n
        ? `An hour of this stream costs at most ${formatAmount(suggestedWei)}. You can withdraw what you do not use.`
        : 'You can withdraw what you do not use.',
    onText(next: string) {
      setTyped(next)
      setProblem(undefined)
    },
    onSubmit(event: FormEvent) {
      event.preventDefault()
      const amount = parseAmount(text)
      if (!amount) return setProblem(amountProblem(text, '0.01'))
      if (balanceWei !== undefined && amount > balanceWei)
        return setProblem(`Your wallet holds only ${formatAmount(balanceWei)}.`)
      const missing = roundedUp((suggestedWei * leastSeconds) / 3_600n) - depositWei
      if (amount < missing)
        return setProblem(
          `Put in at least ${formatAmount(missing)}. With less, the deposit would not pay for ${leastSeconds} seconds of this stream.`,
        )
      onAmount(amount)
    },
  }
}

/** Two significant digits, rounded up: the price changes with each second, and the field should not. */
export function roundedUp(wei: bigint): bigint {
  const unit = 10n ** BigInt(Math.max(0, String(wei).length - 2))
  return ((wei + unit - 1n) / unit) * unit
}
