import { type FormEvent, useState } from 'react'
import { formatUnits } from 'viem'
import { amountProblem, formatLpt, lptDust, parseAmount } from '../wallet/amount'

/** The form for an amount of at most `most`, in units of 10^-18 LPT. */
export function useAmountForm(most: bigint, onAmount: (amount: bigint) => void) {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isAll, setIsAll] = useState(false)
  return {
    text,
    problem,
    onText(next: string) {
      setText(next)
      setIsAll(false)
      setProblem(undefined)
    },
    onAll() {
      setText(formatUnits(most, 18))
      setIsAll(true)
      setProblem(undefined)
    },
    onSubmit(event: FormEvent) {
      event.preventDefault()
      // `most` may have grown since the click on All.
      const amount = isAll ? most : parseAmount(text, 'LPT')
      if (!amount) return setProblem(amountProblem(text, '12.5'))
      // The page shows `most` without the dust of rounding, so a person who types the shown amount means all of it.
      if (amount > most + lptDust) return setProblem(`You have only ${formatLpt(most)}.`)
      onAmount(amount < most ? amount : most)
    },
  }
}
