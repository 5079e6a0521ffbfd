import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto'

/** A self-signed certificate for DTLS, and its key. */
export type Certificate = { certificatePem: string; keyPem: string }

/**
 * Makes a self-signed certificate (X.509, RFC 5280) with a key on the curve P-256. WebRTC compares only the hash of the certificate. So the
 * names in the certificate have no meaning, and the certificate can be valid until the year 9999.
 */
export function create(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = sequence(
    integer(randomBytes(8)),
    ecdsaWithSha256,
    ...[
      commonName,
      sequence(element(0x17, Buffer.from('200101000000Z')), element(0x18, Buffer.from('99991231235959Z'))),
    ],
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const der = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, privateKey)))
  return { certificatePem: toPem(der), keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
}

/** SHA-256 of the certificate, which peers compare. Throws an error of `node:crypto` if the text is not a certificate. */
export const hashOf = (certificatePem: string): Buffer =>
  createHash('sha256').update(new X509Certificate(certificatePem).raw).digest()

/** Whether both texts are well-formed, and the key belongs to the certificate. */
export function isPair({ certificatePem, keyPem }: Certificate): boolean {
  try {
    return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem))
  } catch {
    return false
  }
}

const toPem = (der: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

/** The encodings of ASN.1 DER that a certificate needs. */
function element(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >>> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...contents: Buffer[]) => element(0x30, ...contents)
/** A positive integer: its first bit is 0. Its second bit is 1, so it has no leading zero byte: DER requires the shortest form. */
const integer = (bytes: Buffer) => element(0x02, Buffer.from([((bytes[0] ?? 0) & 0x3f) | 0x40]), bytes.subarray(1))
/** The leading byte says that no bits of the last byte are unused. */
const bitString = (bytes: Buffer) => element(0x03, Buffer.from([0]), bytes)
const identifier = (...bytes: number[]) => element(0x06, Buffer.from(bytes))
/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
/** 2.5.4.3 = "lp" */
const commonName = sequence(element(0x31, sequence(identifier(0x55, 0x04, 0x03), element(0x0c, Buffer.from('lp')))))
