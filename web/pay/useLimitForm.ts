import { type FormEvent, useState } from 'react'
import { formatEther } from 'viem'
import { amountProblem, formatAmount, parseAmount } from '../wallet/amount'

export type LimitFieldProps = {
  /** In wei. Undefined: there is no limit but the deposit. */
  limitWei: bigint | undefined
  /** What this browser has paid in all, in wei. */
  promised: bigint
  onLimit(limitWei: bigint | undefined): void
}

const textOf = (limitWei: bigint | undefined) => (limitWei === undefined ? '' : formatEther(limitWei))

/** The form for the limit. An empty field means no limit. */
export function useLimitForm({ limitWei, promised, onLimit }: LimitFieldProps) {
  const [text, setText] = useState(textOf(limitWei))
  const [problem, setProblem] = useState<string>()
  const isNothing = text.trim() === ''
  return {
    text,
    problem,
    hint: `This browser has paid ${formatAmount(promised)} to all streams so far. It pays nothing more when the sum reaches this limit. Without a limit, it can use your whole deposit.`,
    isChanged: text !== textOf(limitWei),
    onText(next: string) {
      setText(next)
      setProblem(undefined)
    },
    onSubmit(event: FormEvent) {
      event.preventDefault()
      const amount = isNothing ? undefined : parseAmount(text)
      if (!isNothing && amount === undefined) return setProblem(amountProblem(text, '0.01, or leave the field empty'))
      onLimit(amount)
      setText(textOf(amount))
    },
  }
}
