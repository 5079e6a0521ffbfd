import { type Cheque, ProtocolError } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import type { Reason } from './messages'

/** We refuse a cheque. `reason`: the reason in our answer to the peer. */
export abstract class RefusedChequeError extends ProtocolError {
  abstract readonly reason: Reason
}

export class WrongChannelError extends RefusedChequeError {
  override readonly name = 'chequeErrors.WrongChannelError'
  readonly reason = 'channel'
  constructor({ beneficiary, splitee, splitBps }: Cheque.Channel) {
    super('The beneficiary of the cheque is not us, or the split of the cheque is not the split that we asked for.', {
      details: [`Beneficiary: ${beneficiary}`, `Splitee: ${splitee}`, `Basis points of the splitee: ${splitBps}`],
    })
  }
}

export class LowerChequeError extends RefusedChequeError {
  override readonly name = 'chequeErrors.LowerChequeError'
  readonly reason = 'lower'
  constructor({ cumulative, held }: { cumulative: bigint; held: bigint }) {
    super('The cheque promises no more than an earlier cheque of its channel.', {
      details: [`Cheque: ${cumulative} wei in all`, `Held or cashed: ${held} wei`],
    })
  }
}

export class WrongSignerError extends RefusedChequeError {
  override readonly name = 'chequeErrors.WrongSignerError'
  readonly reason = 'signer'
  constructor({ issuer, signer }: { issuer: Address; signer: Address | undefined }) {
    super('Neither the issuer of the cheque nor a session key of the issuer has signed the cheque.', {
      details: [`Issuer: ${issuer}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}

export class ExpiredKeyError extends RefusedChequeError {
  override readonly name = 'chequeErrors.ExpiredKeyError'
  readonly reason = 'expired'
  constructor({ expiry, time }: { expiry: bigint; time: bigint }) {
    super('The session key of the cheque has expired, or expires before we can cash the cheque.', {
      details: [`Expiry: ${expiry} (Unix time)`, `Now: ${time}`],
    })
  }
}

export class KeyCapError extends RefusedChequeError {
  override readonly name = 'chequeErrors.KeyCapError'
  readonly reason = 'cap'
  constructor({ left, owed }: { left: bigint; owed: bigint }) {
    super('The rest of the cap of the session key does not cover the cheque.', {
      details: [`Left: ${left} wei`, `Owed: ${owed} wei`],
    })
  }
}

export class InsolventIssuerError extends RefusedChequeError {
  override readonly name = 'chequeErrors.InsolventIssuerError'
  readonly reason = 'insolvent'
  constructor({ issuer, free, owed }: { issuer: Address; free: bigint; owed: bigint }) {
    super("The free deposit of the issuer does not cover this cheque and the issuer's other cheques that we hold.", {
      details: [`Issuer: ${issuer}`, `Free deposit: ${free} wei`, `Not covered by hard deposits: ${owed} wei`],
    })
  }
}

export class BouncedIssuerError extends RefusedChequeError {
  override readonly name = 'chequeErrors.BouncedIssuerError'
  readonly reason = 'bounced'
  constructor({ issuer }: { issuer: Address }) {
    super(
      'A cheque of the issuer has bounced. For some time we take no cheque of the issuer. In the channel of the bounced cheque, we take no cheque until the bounced cheque is paid.',
      {
        details: [`Issuer: ${issuer}`],
      },
    )
  }
}

export class FullTillError extends RefusedChequeError {
  override readonly name = 'chequeErrors.FullTillError'
  readonly reason = 'busy'
  constructor({ channels }: { channels: number }) {
    super('We hold cheques of too many channels.', { details: [`Channels: ${channels}`] })
  }
}
