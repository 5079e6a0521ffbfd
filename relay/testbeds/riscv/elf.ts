/** A 32-bit RISC-V program for Linux: one segment at `address` that can be read, written and executed. It starts at its first byte. */
export function elf({ address, bytes }: { address: number; bytes: Uint8Array }): Uint8Array {
  const offset = 0x1000
  const file = new Uint8Array(offset + bytes.length)
  const view = new DataView(file.buffer)
  // The class (32 bits), the order of bytes (little-endian) and the version.
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1])
  const halfwords = { 16: 2, 18: 243, 40: 52, 42: 32, 44: 1 }
  for (const [at, value] of Object.entries(halfwords)) view.setUint16(Number(at), value, true)
  const [programHeader, loadable, permissions] = [52, 1, 7]
  const header = [loadable, offset, address, address, bytes.length, bytes.length, permissions, 0x1000]
  for (const [at, value] of [1, address, programHeader].entries()) view.setUint32(20 + 4 * at, value, true)
  for (const [at, value] of header.entries()) view.setUint32(programHeader + 4 * at, value, true)
  file.set(bytes, offset)
  return file
}
