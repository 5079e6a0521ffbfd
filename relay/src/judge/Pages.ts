import { ProtocolError } from '@lp/contracts/protocol'

/** The memory begins at address 0. An access beyond it halts the machine. */
export const memoryBytes = 2 ** 29
export const pageBytes = 4096
export const pageCount = memoryBytes / pageBytes

/** The bytes of a page. They never change. */
export type Page = Uint8Array

/** The memory: page number → page. A missing page has only zeros. */
export type Pages = ReadonlyMap<number, Page>

/** A part of an image: bytes that are in the memory before the first step. */
export type Region = { address: number; bytes: Uint8Array }

/** The memory that has these regions, and zeros everywhere else. Throws `OutsideMemoryError`. */
export function pagesOf(regions: readonly Region[]): Pages {
  const pages = new Map<number, Uint8Array>()
  for (const { address, bytes } of regions) {
    if (!Number.isInteger(address) || address < 0 || address + bytes.length > memoryBytes)
      throw new OutsideMemoryError({ address, length: bytes.length })
    for (let done = 0; done < bytes.length; ) {
      const [number, at] = [Math.floor((address + done) / pageBytes), (address + done) % pageBytes]
      const part = bytes.subarray(done, done + pageBytes - at)
      const page = pages.get(number) ?? new Uint8Array(pageBytes)
      page.set(part, at)
      pages.set(number, page)
      done += part.length
    }
  }
  return pages
}

export class OutsideMemoryError extends ProtocolError {
  override readonly name = 'Pages.OutsideMemoryError'
  constructor({ address, length }: { address: number; length: number }) {
    super('A part of the program does not fit into the memory of the machine. Use a lower address or fewer bytes.', {
      details: [`Address: ${address}`, `Length: ${length}`, `Memory: ${memoryBytes} bytes`],
    })
  }
}
