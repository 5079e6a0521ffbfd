import { type FormEvent, useState } from 'react'
import { type Address, getAddress, isAddress } from 'viem'

export type AddressForm = {
  text: string
  problem: string | undefined
  /** The address that the person looked up. Undefined before the first search. */
  address: Address | undefined
  onText(text: string): void
  onSubmit(event: FormEvent): void
  /** Empties the form, so that the page shows the allocation of the wallet. */
  onClear(): void
}

/** The form for an address. Accepts addresses without a checksum. */
export function useAddressForm(): AddressForm {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const [address, setAddress] = useState<Address>()
  return {
    ...{ text, problem, address },
    onText(next) {
      setText(next)
      setProblem(undefined)
    },
    onSubmit(event) {
      event.preventDefault()
      const typed = text.trim()
      const found = problemOfAddress(typed)
      setProblem(found)
      setAddress(found ? undefined : getAddress(typed))
    },
    onClear() {
      setText('')
      setProblem(undefined)
      setAddress(undefined)
    },
  }
}

function problemOfAddress(typed: string): string | undefined {
  if (!/^0x[\da-f]{40}$/i.test(typed))
    return 'This is not an address. An address begins with 0x and has 40 more digits from 0 to 9 and a to f.'
  return isAddress(typed) ? undefined : 'A digit of this address is mistyped. Copy the address again.'
}
