import { encode, type PaymentChoice, parse } from './PaymentChoice'

const keyOf = (chainId: number) => `lp.payments.${chainId}`

/** The choice on this chain, from localStorage. */
export const readChoice = (chainId: number): PaymentChoice => parse(localStorage.getItem(keyOf(chainId)))

export function storeChoice(chainId: number, choice: PaymentChoice): void {
  localStorage.setItem(keyOf(chainId), encode(choice))
}
