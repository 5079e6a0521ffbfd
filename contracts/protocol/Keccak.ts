import { createKeccak } from 'hash-wasm'
import { keccak256 } from 'viem'

/** keccak256 of bytes, as 32 bytes. */
export type Keccak = (bytes: Uint8Array) => Uint8Array

let loading: Promise<Keccak> | undefined

/**
 * Loads the WASM keccak once. For one segment, noble's keccak in JavaScript takes six times as long. If the browser has
 * no WebAssembly, or a policy of the page forbids WebAssembly, the promise resolves to noble's keccak.
 */
export const load = (): Promise<Keccak> => {
  loading ??= createKeccak(256).then(
    (hasher) => (bytes) => hasher.init().update(bytes).digest('binary'),
    () => inJavaScript,
  )
  return loading
}

const inJavaScript: Keccak = (bytes) => keccak256(bytes, 'bytes')
