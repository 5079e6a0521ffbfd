type Cell = string | number

export const whole = (value: number): string => Math.round(value).toLocaleString('en')
export const fixed = (value: number, digits: number): string => value.toFixed(digits)
export const percent = (part: number, digits = 0): string => `${(part * 100).toFixed(digits)} %`

/** A Markdown table in Biome's format. The first column is aligned to the left, and all other columns are aligned to the right. */
export function table(title: string, head: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const widths = head.map((_, column) => Math.max(4, ...[head, ...rows].map((cells) => `${cells[column]}`.length)))
  const widthOf = (column: number) => widths[column] as number
  const line = (cells: readonly Cell[]) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? `${cell}`.padEnd(widthOf(column)) : `${cell}`.padStart(widthOf(column)),
    )
    return `| ${padded.join(' | ')} |`
  }
  const rule = line(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)))
  return [`**${title}**`, '', line(head), rule, ...rows.map(line)].join('\n')
}
