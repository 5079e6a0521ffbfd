import type { Cheque, typedData } from '@lp/contracts/protocol'
import { type Address, type Hex, hashTypedData, isAddressEqual, recoverAddress } from 'viem'

/** A payee signs that it is paid for the bytes of this service URI. So no relay can name the key of another relay. */
export type PayeeHello = { serviceUri: string; payee: Address }

/**
 * A payer signs that it buys from this service URI. The relay chose the challenge for the network address of the payer, so neither another relay
 * nor another client can use the signature.
 */
export type PayerHello = { serviceUri: string; payer: Address; challenge: Hex }

export type Domain = Cheque.Domain

const types = {
  PayeeHello: [
    { name: 'serviceUri', type: 'string' },
    { name: 'payee', type: 'address' },
  ],
  PayerHello: [
    { name: 'serviceUri', type: 'string' },
    { name: 'payer', type: 'address' },
    { name: 'challenge', type: 'bytes32' },
  ],
} as const

/** Both types have the domain of cheques. */
const domainOf = ({ chainId, chequebook }: Domain) => ({
  ...{ name: 'Livepeer', version: '1', chainId, verifyingContract: chequebook },
})

const payeeHash = (hello: PayeeHello, domain: Domain): Hex =>
  hashTypedData({ domain: domainOf(domain), types, primaryType: 'PayeeHello', message: hello })

const payerHash = (hello: PayerHello, domain: Domain): Hex =>
  hashTypedData({ domain: domainOf(domain), types, primaryType: 'PayerHello', message: hello })

export const signAsPayee = (hello: PayeeHello, signer: typedData.Signer, domain: Domain): Promise<Hex> =>
  signer.sign({ hash: payeeHash(hello, domain) })

export const signAsPayer = (hello: PayerHello, signer: typedData.Signer, domain: Domain): Promise<Hex> =>
  signer.sign({ hash: payerHash(hello, domain) })

/** Whether the payee signed. */
export const isOfPayee = (hello: PayeeHello, signature: Hex, domain: Domain): Promise<boolean> =>
  isSigned(payeeHash(hello, domain), { signature, signer: hello.payee })

/** Whether the payer signed. */
export const isOfPayer = (hello: PayerHello, signature: Hex, domain: Domain): Promise<boolean> =>
  isSigned(payerHash(hello, domain), { signature, signer: hello.payer })

async function isSigned(hash: Hex, { signature, signer }: { signature: Hex; signer: Address }): Promise<boolean> {
  const found = await recoverAddress({ hash, signature }).catch(() => undefined)
  return found !== undefined && isAddressEqual(found, signer)
}
