import { type Cheque, typedData } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual } from 'viem'

/** A payee signs that it is paid for the bytes of this service URI. So no relay can name the key of another relay. */
export type PayeeHello = { serviceUri: string; payee: Address }

/**
 * A payer signs that it buys from this service URI. The relay chose the challenge for the network address of the payer, so neither another relay
 * nor another client can use the signature.
 */
export type PayerHello = { serviceUri: string; payer: Address; challenge: Hex }

export type Domain = Cheque.Domain

export const signAsPayee = (hello: PayeeHello, signer: typedData.Signer, domain: Domain): Promise<Hex> =>
  signer.sign({ hash: typedData.hash('PayeeHello', hello, domain) })

export const signAsPayer = (hello: PayerHello, signer: typedData.Signer, domain: Domain): Promise<Hex> =>
  signer.sign({ hash: typedData.hash('PayerHello', hello, domain) })

/** Whether the payee signed. */
export const isOfPayee = async (hello: PayeeHello, signature: Hex, domain: Domain): Promise<boolean> =>
  isSame(await typedData.recover('PayeeHello', { message: hello, signature, domain }), hello.payee)

/** Whether the payer signed. */
export const isOfPayer = async (hello: PayerHello, signature: Hex, domain: Domain): Promise<boolean> =>
  isSame(await typedData.recover('PayerHello', { message: hello, signature, domain }), hello.payer)

const isSame = (found: Address | undefined, signer: Address): boolean =>
  found !== undefined && isAddressEqual(found, signer)
