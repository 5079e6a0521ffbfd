import type { Reason } from './messages'

/** The sentences for a person who reads that a relay has refused a cheque. `held`: the `cumulative` of the cheque that the relay holds, in wei. */
export function refusalOf(reason: Reason, held: bigint): { error: string; nextStep: string } {
  const [error, nextStep] = sentences[reason] ?? sentences.channel
  return { error, nextStep: nextStep.replace('{held}', `${held}`) }
}

const channel = [
  'The cheque does not pay this relay, or it has another split than the relay asks for.',
  'Write a cheque with the payTo, splitee and splitBps of the answer 402.',
] as const

/** The other reasons belong to messages between peers. */
const sentences: Partial<Record<Reason, readonly [string, string]>> & { channel: readonly [string, string] } = {
  channel,
  busy: ['The relay cannot check the cheque now.', 'Send the same cheque again in some seconds.'],
  lower: [
    'The cheque promises no more than an earlier cheque.',
    'Write a cheque whose cumulative is more than {held} wei.',
  ],
  signer: [
    'Neither the issuer of the cheque nor a session key of the issuer has signed it for this chain and chequebook.',
    'Sign the cheque for the network and chequebook of the answer 402, with a key that the issuer has authorised.',
  ],
  expired: [
    'The session key of the cheque has expired or expires soon.',
    'Authorise a session key with a later expiry.',
  ],
  cap: [
    'The rest of the cap of the session key does not cover the cheque.',
    'Authorise a session key with a higher cap.',
  ],
  insolvent: [
    "The free deposit of the issuer does not cover this cheque and the issuer's other cheques that the relay holds.",
    'Deposit more ether in the chequebook, then send the same cheque again.',
  ],
  bounced: [
    'A cheque of this issuer has bounced.',
    'Deposit more ether in the chequebook, then send the same cheque again later. After each further bounce, the relay waits longer before it takes a cheque again.',
  ],
}
