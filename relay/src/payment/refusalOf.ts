import type { Reason } from './messages'

/** Why a relay does not take a cheque, for a person who reads the answer. `held`: the `cumulative` of the cheque that it holds, in wei. */
export function refusalOf(reason: Reason, held: bigint): { error: string; nextStep: string } {
  const [error, nextStep] = sentences[reason] ?? sentences.channel
  return { error, nextStep: nextStep.replace('{held}', `${held}`) }
}

const channel = [
  'The cheque does not pay this relay, or not with the split that it asks for.',
  'Write a cheque with payTo, splitee and splitBps of the answer 402.',
] as const

/** The other reasons belong to messages between peers. */
const sentences: Partial<Record<Reason, readonly [string, string]>> & { channel: readonly [string, string] } = {
  channel,
  busy: ['The relay cannot check the cheque now.', 'Send the same cheque again in some seconds.'],
  lower: [
    'The cheque promises no more than an earlier one.',
    'Write a cheque with a cumulative of more than {held} wei.',
  ],
  signer: [
    'The cheque was not signed by its issuer or by a session key of its issuer, or not for this chain and chequebook.',
    'Sign it for network and chequebook of the answer 402, with a key that the issuer has authorised.',
  ],
  expired: ['The session key of the cheque has ended or ends soon.', 'Authorise a session key with a later expiry.'],
  cap: ['The session key may not pay so much.', 'Authorise a session key with a higher cap.'],
  insolvent: [
    'The deposit of the issuer does not cover what the issuer owes.',
    'Deposit more ether in the chequebook, then send the same cheque again.',
  ],
  bounced: [
    'A cheque of this issuer has bounced.',
    'Deposit more ether in the chequebook, then send the same cheque again after some minutes.',
  ],
}
