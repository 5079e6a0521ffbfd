import { mutate, randomBytes } from './fuzz'

/** A log after one to four random changes: lines are missing, repeated, cut, joined, or mixed with other bytes. */
export function damage(random: (bound: number) => number, log: Buffer): Buffer {
  let bytes = log
  for (let left = 1 + random(4); left > 0; left--) bytes = damageOnce(random, bytes)
  return bytes
}

function damageOnce(random: (bound: number) => number, log: Buffer): Buffer {
  const lines = linesOf(log)
  const at = random(lines.length)
  const line = lines[at] as Buffer
  const damages = [
    () => Buffer.from(mutate(random, log)),
    () => Buffer.concat(lines.toSpliced(at, 1)),
    () => Buffer.concat(lines.toSpliced(random(lines.length + 1), 0, line)),
    () => Buffer.concat(lines.with(at, line.subarray(0, random(line.length + 1)))),
    () => Buffer.concat(lines.with(at, line.subarray(0, -1))),
    () => Buffer.concat(lines.toSpliced(at, 0, Buffer.from(randomBytes(random, 1 + random(2_000))))),
    () => log.subarray(0, random(log.length + 1)),
  ]
  return (damages[random(damages.length)] as () => Buffer)()
}

/** The lines of a log, each with its line break. The last line can be without a line break. */
export function linesOf(log: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let begin = 0; begin < log.length; ) {
    const end = log.indexOf(10, begin)
    const next = end === -1 ? log.length : end + 1
    lines.push(log.subarray(begin, next))
    begin = next
  }
  return lines.length > 0 ? lines : [Buffer.alloc(0)]
}
