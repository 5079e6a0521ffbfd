import { type FormEvent, useState } from 'react'
import { formatUnits } from 'viem'
import { formatLpt, parseAmount } from '../wallet/amount'

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
      const amount = isAll ? most : parseAmount(text)
      if (!amount) return setProblem('Enter an amount above zero, such as 12.5.')
      if (amount > most) return setProblem(`You have only ${formatLpt(most)}.`)
      onAmount(amount)
    },
  }
}
