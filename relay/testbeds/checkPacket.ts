import { createHmac, randomBytes } from 'node:crypto'

/** A connectivity check of ICE, as a browser sends it: a Binding request of STUN with user name, priority, role and hash. */
export function checkPacket({ receiver, sender, password }: { receiver: string; sender: string; password: string }) {
  const attributes = Buffer.concat([
    attribute(0x0006, Buffer.from(`${receiver}:${sender}`)),
    attribute(0x0024, Buffer.from('6e0001ff', 'hex')),
    attribute(0x802a, randomBytes(8)),
  ])
  const header = Buffer.alloc(8)
  header.writeUInt16BE(0x0001, 0)
  header.writeUInt16BE(attributes.length + 24, 2)
  header.writeUInt32BE(0x2112a442, 4)
  const covered = Buffer.concat([header, randomBytes(12), attributes])
  return Buffer.concat([covered, attribute(0x0008, createHmac('sha1', password).update(covered).digest())])
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)])
}
